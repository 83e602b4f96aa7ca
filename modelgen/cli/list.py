"""The command list: prints the deals, templates and modules that ship."""

import click

from modelgen.cli.options import as_json_option
from modelgen.cli.show import show_json, show_table


@click.command("list")
@as_json_option
def command(as_json: bool) -> None:
    """List the deals, templates and modules that ship."""
    from modelgen.api.deals import shipped

    found = shipped()
    if as_json:
        show_json(found)
        return
    show_table(
        ("Name", "Kind", "Extends", "Uses or needs", "About"),
        [
            (
                item["name"],
                item["kind"],
                item["extends"] or "",
                ", ".join(item["needs"]),
                item["about"],
            )
            for item in found
        ],
    )
