"""The command trace: the tree of a number."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelgen.cli.options import as_json_option, engine_option, file_argument, set_options
from modelgen.cli.show import DONE, plain, progress, show_json

if TYPE_CHECKING:
    from modelgen.review.trace import Step


@click.command("trace", short_help="Where a number comes from, down to the source's line.")
@file_argument
@click.argument("what", metavar="ID|Sheet!A1")
@click.option(
    "--period",
    metavar="PERIOD",
    help="Period of a row, as 2007-03 or its last day; default: the last.",
)
@click.option("--dependents", is_flag=True, help="Show what is computed from it.")
@click.option("--depth", type=click.IntRange(min=1), help="How many steps to show; default: all.")
@set_options
@engine_option
@as_json_option
def command(file: Path, what: str, as_json: bool, **options: Any) -> int:
    """Show the tree of a number: each formula in names, its value, and the source of each leaf."""
    from modelgen.api.workbooks import trace

    with progress(f"Recalculating by {options['engine']}") as report:
        step = trace(file, what, progress=report, **options)
    if as_json:
        show_json(asdict(step))
    else:
        _show(step, 0)
    return DONE


_UNSAID = ("date", "text", "code", "flag", "number", "1 or 0")


def _show(step: "Step", level: int) -> None:
    period = f" {step.period}" if step.period else ""
    value = "" if step.value is None else f" = {_value(step)}"
    unit = f" {step.unit}" if step.unit and step.unit not in _UNSAID else ""
    why = f"  ({step.why})" if step.why else ""
    again = "  (see above)" if step.again and step.formula else ""
    print(f"{'  ' * level}{step.name}{period}{value}{unit}{why}{again}")
    if step.formula and not step.again:
        print(f"{'  ' * level}  {step.formula}  [{step.cell}]")
    for below in step.below:
        _show(below, level + 1)


def _value(step: "Step") -> str:
    if step.unit == "date" and isinstance(step.value, float) and step.value > 0:
        from modelgen.dates import from_serial

        return from_serial(step.value).isoformat()
    return plain(step.value)
