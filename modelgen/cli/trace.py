"""The command trace: prints the tree of a number's precedents or dependents."""

from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import as_json_option, engine_option, file_argument, set_options
from modelgen.cli.show import DONE, progress


@click.command("trace", short_help="Show where a number comes from, down to the source.")
@file_argument
@click.argument("what", metavar="ID|Sheet!A1")
@click.option(
    "--period",
    metavar="PERIOD",
    help="Period of a row, such as 2007-03 or its last day; default: the last.",
)
@click.option("--dependents", is_flag=True, help="Show dependents instead of precedents.")
@click.option("--depth", type=click.IntRange(min=1), help="Number of levels to show; default: all.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Trace the calendar, too, and all cells of rows in which one is looked up.",
)
@set_options
@engine_option
@as_json_option
def command(file: Path, what: str, as_json: bool, **options: Any) -> int:
    """Show the tree of a number: each formula in names, its value, and the source or basis of each input."""
    from modelgen.api.workbooks import trace
    from modelgen.review.trace import as_json as tree_as_json

    with progress(f"Recalculating with {options['engine']}") as report:
        step = trace(file, what, progress=report, **options)
    if as_json:
        print("\n".join(tree_as_json(step)))
    else:
        print(step)
    return DONE
