"""The command trace: the tree of a number."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelgen.cli.options import as_json_option, engine_option, file_argument, set_options
from modelgen.cli.show import DONE, plain, progress

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
    from modelgen.review.trace import as_json as tree_as_json
    from modelgen.review.trace import steps_of

    if as_json:
        print("\n".join(tree_as_json(step)))
    else:
        for level, one in steps_of(step):
            _show(one, level)
    return DONE


# Deeper steps are not indented further: a line would hold nothing but the indent.
DEEPEST = 40


def _show(step: "Step", level: int) -> None:
    period = f" {step.period}" if step.period else ""
    value = "" if step.value is None else f" = {_value(step)}"
    unit = f" {step.unit}" if step.unit and step.type == "number" else ""
    why = f"  ({step.why})" if step.why else ""
    again = "  (see above)" if step.again and step.formula else ""
    indent = "  " * level if level <= DEEPEST else f"{'  ' * DEEPEST}{level}: "
    print(f"{indent}{step.name}{period}{value}{unit}{why}{again}")
    if step.formula and not step.again:
        print(f"{'  ' * min(level, DEEPEST)}  {step.formula}  [{step.cell}]")


def _value(step: "Step") -> str:
    if step.type == "date" and isinstance(step.value, float) and step.value > 0:
        from modelgen.dates import from_serial

        return from_serial(step.value).isoformat()
    return plain(step.value)
