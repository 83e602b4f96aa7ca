"""Makes the verdict on an evaluated model from its tables of figures and checks."""

from collections.abc import Iterator

from modelgen.contract import CHECKS, FIGURES, NO_BASIS
from modelgen.dates import from_serial
from modelgen.evaluate.evaluate import Evaluation
from modelgen.model.plain import Figure, Line, MemberRow, Recorded
from modelgen.series import Shown
from modelgen.verdict import Check, Tie, Verdict, worst_of


def verdict_of(evaluation: Evaluation) -> Verdict:
    """The verdict from the evaluator's own values, without a workbook."""
    ties = tuple(_tie(evaluation, figure, cells) for figure, cells in _figures(evaluation))
    model = evaluation.model
    inputs = {item.leaf_of or item.id: item for item in model.inputs()}
    unfounded = sorted(id_ for id_, item in inputs.items() if NO_BASIS in item.basis_words)
    missing = sorted(id_ for id_, item in inputs.items() if item.missing)
    return Verdict(
        ties,
        tuple(_checks(evaluation)),
        forced=model.forced,
        unfounded=tuple(unfounded),
        missing=tuple(missing),
    )


def _figures(evaluation: Evaluation) -> Iterator[tuple[Figure, dict[str, str]]]:
    rows = dict(_rows(evaluation, FIGURES.name))
    for figure in evaluation.model.figures:
        yield figure, rows[figure.id]


def _checks(evaluation: Evaluation) -> Iterator[Check]:
    rows = dict(_rows(evaluation, CHECKS.name))
    for id_ in evaluation.model.checks:
        line = evaluation.model.items[id_]
        assert isinstance(line, Line)
        cells = rows[CHECKS.prefix + id_]
        holds = _value(evaluation, cells["holds"]) == 1
        period = None if holds else _worst_period(evaluation, line)
        difference = _value(evaluation, cells["largest"])
        yield Check(id_, line.label, line.check or "", holds, difference, period)


def _worst_period(evaluation: Evaluation, check: Line) -> str | None:
    """The last day of the first period in which a check's difference is largest."""
    timeline = evaluation.model.timeline_of(check.id)
    if timeline is None:
        return None
    cells = [evaluation.cell(check.id, column) for column in range(len(timeline.columns))]
    worst = worst_of(cells)
    return None if worst is None else timeline.columns[worst].isoformat()


def _rows(evaluation: Evaluation, table: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a kind of table: each member, and the ids of its cells by the columns' keys."""
    for section in evaluation.model.sections:
        for row in section.rows if section.table == table else ():
            if isinstance(row, MemberRow):
                member = row.cells[0].rpartition(".")[0]
                yield member, dict(zip(section.keys, row.cells, strict=True))


def _tie(evaluation: Evaluation, figure: Figure, cells: dict[str, str]) -> Tie:
    def shown(key: str) -> Shown:
        value = _value(evaluation, cells[key])
        is_date = figure.unit.kind == "date" and isinstance(value, float)
        return from_serial(value).isoformat() if is_date else value  # type: ignore[arg-type]

    return Tie(
        figure.id,
        evaluation.model.items[figure.line].label,
        figure.line,
        figure.period.isoformat() if figure.period else None,
        shown("published"),
        shown("computed"),
        _value(evaluation, cells["difference"]),
        _value(evaluation, cells["tolerance"]),
        figure.unit.label,
        figure.at.source,
        figure.at.place,
        _value(evaluation, cells["holds"]) == 1,
    )


def _value(evaluation: Evaluation, id_: str) -> float | str | bool:
    item = evaluation.model.items[id_]
    return item.value if isinstance(item, Recorded) else evaluation.cell(id_, None)
