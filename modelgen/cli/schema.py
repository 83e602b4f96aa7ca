"""The command schema: the JSON Schema by which an editor completes and checks a deal's YAML."""

from pathlib import Path

import click

from modelgen.cli.options import PATH
from modelgen.cli.show import show_json


@click.command("schema", short_help="JSON Schema of the YAML, for an editor.")
@click.argument("deal", required=False)
@click.option(
    "-o",
    "--output",
    "target",
    type=PATH,
    metavar="FILE",
    help="Where to write; default stdout.",
)
def command(deal: str | None, target: Path | None) -> None:
    """Write the JSON Schema (draft 2020-12) of deal.yaml, template.yaml and module.yaml; with DEAL, with that
    deal's own inputs, sets, units and modules. With -o, says which line to put into the YAML.
    """
    from modelgen.api.deals import schema
    from modelgen.text.json_schema import EDITOR_LINE

    found = schema(deal, target)
    if target is None:
        show_json(found)
        return
    which = "deal.yaml" if deal else "each YAML file"
    print(f"Wrote {target}. Let {which} begin with this line (the path is seen from the file):")
    print(f"{EDITOR_LINE}{target.name}")
