"""Compares every formula cell, evaluator against engines: the proof that a workbook computes what the text
says. The evaluator never sees the workbook, and the engines never see the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from modelgen.excel.write import Written
from modelgen.problem import EngineError
from modelgen.workbook.contents import Key, Value, a1, read_contents
from modelgen.workbook.engines import Report, load_engine

# Engines sum in different orders, which changes the last of 15 to 16 digits by a few units; 1e-9 of the
# value is a million times that. Amounts near zero are compared to within 1e-9 of one unit.
TOLERANCE = 1e-9
PROVER = "ironcalc"


@dataclass(frozen=True, slots=True)
class Differing:
    """A cell for which an engine and the evaluator disagree, with both values."""

    cell: str
    evaluator: Value
    engine: Value


@dataclass(frozen=True, slots=True)
class Proof:
    """The comparison with one engine; `failure` says why it could not compute the workbook at all."""

    engine: str
    cells: int
    differing: tuple[Differing, ...]
    failure: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the engine computed every cell alike."""
        return not self.differing and not self.failure


def verify(written: Written, engine: str, report: Report | None = None) -> Proof:
    """Compares every formula cell of a built workbook with one engine that has loaded the file."""
    try:
        contents = read_contents(written.path)
        values = load_engine(engine, contents).calculate({}, report)
    except EngineError as error:
        return Proof(engine, 0, (), str(error))
    return _compared(_expected(written), engine, values, contents.formulas)


def prove(written: Written) -> Proof:
    """Compares every formula cell written with IronCalc, which reads the file by itself; unlike `verify`,
    this does not read the file. Raises EngineError.
    """
    from modelgen.workbook.ironcalc_engine import computed  # noqa: PLC0415  # an engine, when it is asked for

    expected = _expected(written)
    return _compared(expected, PROVER, computed(written.path, expected), expected)


def _expected(written: Written) -> dict[Key, Value]:
    return {(sheet, row + 1, column + 1): v for (sheet, row, column), v in written.formulas.items()}


def _compared(
    expected: Mapping[Key, Value],
    engine: str,
    values: Mapping[Key, Value],
    formulas: Mapping[Key, object],
) -> Proof:
    differing = [
        Differing(a1(key), expected.get(key), values.get(key))
        for key in expected.keys() | formulas.keys()
        if not same(expected.get(key), values.get(key))
    ]
    differing.sort(key=lambda d: d.cell)
    return Proof(engine, len(expected), tuple(differing))


def same(here: Value, there: Value) -> bool:
    """Whether two values agree to TOLERANCE; texts and booleans must be equal."""
    if (
        isinstance(here, (str, bool))
        or isinstance(there, (str, bool))
        or here is None
        or there is None
    ):
        return here == there and type(here) is type(there)
    return abs(here - there) <= TOLERANCE * max(1.0, abs(here), abs(there))
