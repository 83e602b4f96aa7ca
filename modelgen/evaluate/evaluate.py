"""Computes all lines in all periods, from only the syntax trees.

Every value is an array of shape (scenarios, columns), comparative columns first; a single value has shape
(scenarios, 1). Lines that need each other through earlier periods are computed period by period, all
others at once. A period before the first reads as zero, as the blank column in a workbook does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelgen.dates import to_serial
from modelgen.formula import values as v
from modelgen.formula.functions import FUNCTIONS
from modelgen.formula.meanings import spreading, sum_of
from modelgen.formula.syntax import (
    ActualForecast,
    At,
    Binary,
    Call,
    Flag,
    Negative,
    Node,
    Number,
    Ref,
    Row,
    SumOf,
    Text,
    ValueOn,
    Within,
)
from modelgen.formula.values import Argument, Array, Series
from modelgen.model.plain import Input, Line, Model, Recorded, Timeline
from modelgen.problem import ModelError, Problem

Scalar = float | str | bool
_MATCH, _INDEX = (FUNCTIONS[name].compute for name in ("MATCH", "INDEX"))
_SUM_OF = spreading(sum_of)


@dataclass(frozen=True)
class Evaluation:
    """The values of a model's items by id, each of shape (scenarios, columns)."""

    model: Model
    values: dict[str, Array]

    def cell(self, id_: str, column: int | None) -> Scalar:
        """One value of an item; `column` counts from 0, comparatives first, and is None for an item with one
        value.
        """
        return _scalar(self.values[id_][0, 0 if column is None else column])

    def of(self, node: Node, timeline: str | None, column: int | None) -> Scalar:
        """The value of an expression in one column of a timeline, counted as in `cell`."""
        return _scalar(expression(self.model, self.values, node, timeline, column)[0, 0])


def evaluate(model: Model) -> Evaluation:
    """The values of all items. Raises ModelError if a line has an error in a column that it shows."""
    evaluation = Evaluation(model, computed(model, model.order, {}))
    problems = _errors(evaluation)
    if problems:
        raise ModelError(problems)
    return evaluation


def computed(
    model: Model, order: Sequence[tuple[str, ...]], changes: Mapping[str, Array]
) -> dict[str, Array]:
    """The values of all inputs, with `changes`, and of the lines in some groups, by id."""
    values: dict[str, Array] = {}
    for id_, item in model.items.items():
        if isinstance(item, Input):
            values[id_] = changes[id_] if id_ in changes else _given(item.values)
        elif isinstance(item, Recorded):
            values[id_] = v.constant(item.value)
    compute(model, order, values)
    return values


def compute(model: Model, order: Sequence[tuple[str, ...]], values: dict[str, Array]) -> None:
    """Computes the lines of some groups in order and adds their values to `values`."""
    computer = _Computer(model, values)
    with np.errstate(all="ignore"):
        for group in order:
            lines = [item for id_ in group if isinstance(item := model.items[id_], Line)]
            if len(group) == 1 and group[0] not in model.reads[group[0]].earlier:
                values[group[0]] = computer.line(lines[0])
            else:
                computer.recurrent(lines)


def expression(
    model: Model,
    values: dict[str, Array],
    node: Node,
    timeline: str | None,
    column: int | None = None,
) -> Array:
    """An expression in one column of a timeline, or (None) in all, of shape (scenarios, columns)."""
    with np.errstate(all="ignore"):
        return _Computer(model, values).array(node, timeline, column)


def evaluate_again(evaluation: Evaluation, model: Model, changed: set[str]) -> Evaluation:
    """The values after some recorded constants have changed; recomputes only the lines that depend on
    them.
    """
    values = dict(evaluation.values)
    for id_ in changed:
        item = model.items[id_]
        if isinstance(item, Recorded):
            values[id_] = v.constant(item.value)
    stale = set(changed)
    order = []
    for group in model.order:
        lines = [item for id_ in group if isinstance(item := model.items[id_], Line)]
        if any(stale & model.reads[line.id].now for line in lines):
            stale.update(group)
            order.append(group)
    compute(model, order, values)
    return Evaluation(model, values)


_ERROR = (
    "an error",
    "it divides by zero or uses text as a number; guard it with IF or IFERROR",
)
_UNTOLD = (
    "not computed alike by all spreadsheets",
    "a number is too large, a date is before March 1900 or after 9999, or a comparison or rounding "
    "depends on the 16th digit: keep it in range, or ROUND first",
)


def _errors(evaluation: Evaluation) -> list[Problem]:
    """Problems with the lines that are an error themselves, not because of a line that they need."""
    model = evaluation.model
    bad: set[str] = set()
    problems = []
    for group in model.order:
        for id_ in group:
            line = model.items[id_]
            assert isinstance(line, Line)
            timeline = model.timeline_of(id_)
            wrong = v.is_wrong(evaluation.values[id_])[0]
            wrong[_blank(line, timeline)] = False
            if not wrong.any():
                continue
            reads = model.reads[id_]
            if not bad & (reads.now | reads.earlier):
                first = int(wrong.argmax())
                where = ""
                if timeline:
                    where = f" in the period ending {timeline.columns[first].isoformat()}"
                value = evaluation.values[id_][0, first]
                what, hint = _ERROR if np.isnan(value) else _UNTOLD
                problems.append(Problem(f"'{id_}' is {what}{where}", line.place, hint))
            bad.add(id_)
    return problems


def _blank(line: Line, timeline: Timeline | None) -> list[int]:
    """The comparative columns in which a line has no value."""
    return [n for n in range(len(timeline.comparatives)) if line.is_blank(n)] if timeline else []


def _given(values: tuple[float, ...]) -> Array:
    """An input's values; blank cells are None in an object array, which counts as zero in arithmetic."""
    row = np.array([values], dtype=np.float64)
    blank = np.isnan(row)
    if not blank.any():
        return row
    cells: Array = row.astype(object)
    cells[blank] = None
    return cells


def _scalar(item: object) -> Scalar:
    if isinstance(item, (bool, np.bool_)):
        return bool(item)
    if isinstance(item, str):
        return item
    return float(item)  # type: ignore[arg-type]


def _within(arguments: Sequence[Array], count: bool) -> Array:
    """The sum of a row over the periods whose end is after one day and not after another, or the number of
    those in which it is a number: SUMPRODUCT passes over texts and blanks.
    """
    row, ends, after, until = arguments
    is_number = np.vectorize(lambda cell: isinstance(cell, (int, float)), otypes=[bool])(row)
    numbers = np.where(is_number, row, 0.0).astype(float)
    is_number &= ~np.isnan(numbers)  # a blank, before the first period
    counted = is_number.astype(float) if count else np.where(is_number, numbers, 0.0)
    days, first, last = (part.astype(float) for part in (ends, after, until))
    inside = (days[:, None, :] > first[:, :, None]) & (days[:, None, :] <= last[:, :, None])
    total: Array = (counted[:, None, :] * inside).sum(axis=-1)
    return total


class _Computer:
    def __init__(self, model: Model, values: dict[str, Array]) -> None:
        self.model, self.values = model, values

    def line(self, line: Line) -> Array:
        """Computes a line in all columns at once."""
        result = v.as_displayed(self.array(line.expression, line.timeline, None))
        timeline = self.model.timeline_of(line.id)
        if timeline is None:
            return result
        shape = (result.shape[0], len(timeline.columns))
        self.values[line.id] = np.array(np.broadcast_to(result, shape))
        self._comparatives([line], computed=True)
        return self.values[line.id]

    def _comparatives(self, lines: list[Line], computed: bool) -> None:
        """Computes a line's comparative columns, unless its own formula has been `computed` there already.
        The ends of comparative periods are given.
        """
        for line in lines:
            timeline = self.model.timeline_of(line.id)
            assert timeline is not None
            for column, end in enumerate(timeline.comparatives):
                if line.id == timeline.ends:
                    self._put(line.id, column, v.constant(float(to_serial(end)))[:, 0])
                elif line.comparative is None or column in line.blank:
                    self._put(line.id, column, v.constant(float("nan"))[:, 0])
                elif not computed or line.comparative is not line.expression:
                    self._put(
                        line.id, column, self.array(line.comparative, line.timeline, column)[:, 0]
                    )

    def recurrent(self, lines: list[Line]) -> None:
        """Computes lines of one timeline that need each other's earlier periods, period by period."""
        timeline = self.model.timeline_of(lines[0].id)
        assert timeline is not None
        for line in lines:
            self.values[line.id] = np.full((1, len(timeline.columns)), np.nan)
        self._comparatives(lines, computed=False)
        for column in range(len(timeline.comparatives), len(timeline.columns)):
            for line in lines:
                result = self.array(line.expression, line.timeline, column)
                self._put(line.id, column, result[:, 0])

    def _put(self, id_: str, column: int, result: Array) -> None:
        values = self.values[id_]
        if result.shape[0] > values.shape[0]:
            values = np.repeat(values, result.shape[0], axis=0)
        if v.is_text(result) and not v.is_text(values):
            values = values.astype(object)
        values[:, column] = v.as_displayed(result)
        self.values[id_] = values

    def array(self, node: Node, timeline: str | None, column: int | None) -> Array:
        """An expression in one column, or in all if `column` is None."""
        argument = self._argument(node, timeline, column)
        return argument.values if isinstance(argument, Series) else argument

    def _argument(self, node: Node, timeline: str | None, column: int | None) -> Argument:
        # Called a hundred thousand times in a build: the most frequent kinds come first.
        if isinstance(node, Ref):
            return self._ref(node.id, node.lag, column)
        if isinstance(node, Binary):
            return v.binary(
                node.operator,
                self.array(node.left, timeline, column),
                self.array(node.right, timeline, column),
            )
        if isinstance(node, Call):
            given = [self._argument(a, timeline, column) for a in node.arguments]
            return FUNCTIONS[node.function].compute(given)
        if isinstance(node, ActualForecast):
            actual = self.array(node.actual, timeline, column)
            if isinstance(node.actual, Ref) and isinstance(self.model.items[node.actual.id], Input):
                actual = v.numbers(actual)  # a leaf's cell is blank until its period is actual
            return v.choose(
                self.array(node.flag, timeline, column),
                actual,
                self.array(node.forecast, timeline, column),
            )
        if isinstance(node, ValueOn):
            day = self.array(node.day, timeline, column)
            position = _MATCH([day, self._argument(node.ends, timeline, column)])
            return _INDEX([self._argument(node.row, timeline, column), position])
        if isinstance(node, SumOf):
            parts = (node.row, node.key, node.end)
            return _SUM_OF([self._argument(part, timeline, column) for part in parts])
        if isinstance(node, Within):
            spans = (node.ends, node.after, node.until)
            row = self.values[
                node.row.id
            ]  # with what is blank as it is: it is no number, and not counted
            before = row.shape[-1] - self._row(node.row.id, node.row.comparatives).shape[-1]
            days = [self.array(part, timeline, column) for part in spans]
            return _within([row[:, before:], *days], node.count)
        if isinstance(node, (Number, Text, Flag)):
            return v.constant(node.value)
        if isinstance(node, Row):
            return Series(self._row(node.id, node.comparatives))
        if isinstance(node, Negative):
            return v.negative(self.array(node.operand, timeline, column))
        if isinstance(node, At):
            return self.values[node.id][:, node.column : node.column + 1]
        raise AssertionError(f"{node} is not resolved")

    def _row(self, id_: str, comparatives: bool) -> Array:
        timeline = self.model.timeline_of(id_)
        values = self.values[id_]
        before = 0 if timeline is None else len(timeline.comparatives)
        if not comparatives:
            return values[:, before:]
        item = self.model.items[id_]
        blank = _blank(item, timeline) if isinstance(item, Line) else []
        if blank:
            values = values.copy()
            values[:, blank] = 0.0  # the cells are blank, which reads as zero
        return values

    def _ref(self, id_: str, lag: int, column: int | None) -> Array:
        values = self.values[id_]
        timeline = self.model.timeline_of(id_)
        if timeline is None:
            return values
        before = len(timeline.comparatives)
        if column is not None:
            if lag == 0:
                return values[:, column : column + 1]
            if column - lag < before:
                return v.constant(0.0)
            return values[:, column - lag : column - lag + 1]
        if lag == 0:
            return values
        shifted = np.zeros(values.shape, dtype=values.dtype)
        shifted[:, before + lag :] = values[:, before : values.shape[1] - lag]
        return shifted
