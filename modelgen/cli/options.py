"""Options that several commands take, and how their texts are read."""

from pathlib import Path

import click

ENGINES = ("formulas", "ironcalc", "libreoffice")
PATH = click.Path(path_type=Path)


def settings_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """The settings ID=VALUE by their ids."""
    found = {}
    for text in given:
        id_, equals, value = text.partition("=")
        if not equals or not id_.strip() or not value.strip():
            raise click.BadParameter(f"'{text}' is not ID=VALUE (or ID@2007-03=VALUE)")
        found[id_.strip()] = value.strip()
    return found


def ids_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Ids from lists parted by commas."""
    return tuple(id_.strip() for text in given for id_ in text.split(",") if id_.strip())


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON alone on stdout.")
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="ID=VALUE",
    callback=settings_of,
    help="Set an input; ID@2007-03=VALUE sets one period of a row of inputs. Repeatable.",
)
with_option = click.option(
    "--with",
    "overlays",
    multiple=True,
    type=PATH,
    metavar="OVERLAY.yaml",
    help="Lay a file of assumptions over the deal. Repeatable.",
)
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), help="How many processes; default as many as pay."
)
scheduler_option = click.option(
    "--scheduler",
    metavar="[ADDRESS]",
    is_flag=False,
    flag_value="local",
    help="Spread the work with Dask: the scheduler at an address, or without one a cluster started here.",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="formulas",
    show_default=True,
    help="The engine that recalculates.",
)
file_argument = click.argument("file", type=PATH)
