"""The command `trace`: prints the tree of a number."""

from pathlib import Path

from modelgen.cli.show import plain, progress
from modelgen.dates import from_serial
from modelgen.recalc.recalculate import Workbook
from modelgen.review.trace import Step, Tracer, steps_of
from modelgen.review.trace import as_json as tree_as_json


def trace_cell(
    file: Path,
    what: str,
    period: str | None,
    dependents: bool,
    depth: int | None,
    settings: dict[str, str],
    engine: str,
    as_json: bool,
) -> int:
    """Traces a line, an input or a cell of a workbook."""
    with progress(f"Recalculating by {engine}") as report:
        tracer = Tracer(Workbook(file, engine).recalculate(settings, report))
    key = tracer.key(what, period)
    step = tracer.dependents(key, depth) if dependents else tracer.trace(key, depth)
    if as_json:
        print("\n".join(tree_as_json(step)))
    else:
        for level, one in steps_of(step):
            _show(one, level)
    return 0


# Deeper steps are not indented further: a line would hold nothing but the indent.
DEEPEST = 40
_UNSAID = ("date", "text", "code", "flag", "number", "1 or 0")


def _show(step: Step, level: int) -> None:
    period = f" {step.period}" if step.period else ""
    value = "" if step.value is None else f" = {_value(step)}"
    unit = f" {step.unit}" if step.unit and step.unit not in _UNSAID else ""
    why = f"  ({step.why})" if step.why else ""
    again = "  (see above)" if step.again and step.formula else ""
    indent = "  " * level if level <= DEEPEST else f"{'  ' * DEEPEST}{level}: "
    print(f"{indent}{step.name}{period}{value}{unit}{why}{again}")
    if step.formula and not step.again:
        print(f"{'  ' * min(level, DEEPEST)}  {step.formula}  [{step.cell}]")


def _value(step: Step) -> str:
    if step.unit == "date" and isinstance(step.value, float) and step.value > 0:
        return from_serial(step.value).isoformat()
    return plain(step.value)
