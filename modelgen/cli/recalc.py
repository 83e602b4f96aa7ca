"""The command recalc: recalculates a workbook with inputs set."""

from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import PATH, as_json_option, engine_option, file_argument, set_options
from modelgen.cli.show import (
    DONE,
    FAILED,
    progress,
    show_json,
    show_table,
    show_verdict,
)
from modelgen.series import plain


@click.command("recalc")
@file_argument
@set_options
@click.option(
    "--get",
    "wanted",
    multiple=True,
    metavar="ID",
    help="Report only this input or line. Repeatable.",
)
@engine_option
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Also write a copy with these inputs and the recalculated values.",
)
@as_json_option
def command(
    file: Path, wanted: tuple[str, ...], output: Path | None, as_json: bool, **options: Any
) -> int:
    """Recalculate a workbook from the file alone, without the deal's text. Exit 1 if an input cannot be read
    or a line shows an error.
    """
    from modelgen.api.workbooks import recalc

    with progress(f"Recalculating with {options['engine']}") as report:
        found = recalc(file, progress=report, **options)
    summary = found.as_json(wanted)
    if output is not None:
        found.save(output)
    code = DONE if found.verdict.readable else FAILED
    if as_json:
        show_json(summary)
        return code
    rows: list[tuple[str, str, str, str]] = []
    # A leaf's line includes its actual values: their input row would repeat them.
    inputs = {i: item for i, item in summary["inputs"].items() if i not in summary["lines"]}
    for id_, item in [*(inputs.items() if wanted else ()), *summary["lines"].items()]:
        if "value" in item:
            rows.append((id_, "", plain(item["value"]), item["unit"]))
            continue
        periods, values = item["periods"], item["values"]
        if wanted:
            rows += [(id_, p, plain(v), item["unit"]) for p, v in zip(periods, values, strict=True)]
        else:
            rows.append((id_, f"{periods[0]} to {periods[-1]}", _span(values), item["unit"]))
    show_table(("Id", "Period", "Value", "Unit"), rows, right=(2,))
    if output is not None:
        print(f"\nWritten to {output}")
    print()
    show_verdict(found.verdict, options["engine"])
    return code


def _span(values: list[Any]) -> str:
    first, last = plain(values[0]), plain(values[-1])
    return first if len(values) == 1 else f"{first} … {last}"
