"""The room model by itself: the order of lines, cycles, comparatives, and roles of other names."""

import pytest

from modelgen.formula.syntax import At, Binary, Call, Ref, Row
from modelgen.model.graph import cycles, groups, needs
from modelgen.model.plain import Needs
from tests.conftest import Built


def reads(now: str = "", earlier: str = "", rows: str = "") -> Needs:
    return Needs(
        frozenset((now + " " + rows).split()), frozenset(earlier.split()), frozenset(rows.split())
    )


def test_what_an_expression_reads_is_told_by_when() -> None:
    node = Binary("+", Call("SUM", (Row("c"),)), Binary("*", Ref("a"), Ref("b", 1)))
    found = needs(Binary("-", node, At("d", 2)))
    assert found == Needs(frozenset({"a", "c", "d"}), frozenset({"b"}), frozenset({"c", "d"}))


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        ({"a": reads("b"), "b": reads("c"), "c": reads()}, [("c",), ("b",), ("a",)]),
        # A corkscrew: the opening balance is the closing one of the period before.
        (
            {"opening": reads(earlier="closing"), "closing": reads("opening paid"), "paid": reads("opening")},
            [("opening", "paid", "closing")],
        ),
        # An input, which is no line, is in no group.
        ({"a": reads("rate b"), "b": reads("rate")}, [("b",), ("a",)]),
        ({"a": reads(earlier="a")}, [("a",)]),
    ],
)  # fmt: skip
def test_lines_stand_in_the_order_of_computation(
    lines: dict[str, Needs], order: list[tuple[str, ...]]
) -> None:
    assert groups(lines) == order
    assert cycles(lines) == []


@pytest.mark.parametrize(
    ("lines", "cycle"),
    [
        ({"a": reads("a")}, ["a"]),
        ({"a": reads("b"), "b": reads("a"), "c": reads("a")}, ["a", "b"]),
        ({"a": reads("b"), "b": reads("c"), "c": reads("a"), "d": reads("a")}, ["a", "b", "c"]),
        # A whole row cannot be summed before its earlier periods are known, which need the sum.
        ({"total": reads(rows="row"), "row": reads(earlier="total")}, ["row", "total"]),
        ({"row": reads(rows="row")}, ["row"]),
    ],
)
def test_a_cycle_is_said_once_around(lines: dict[str, Needs], cycle: list[str]) -> None:
    (found,) = cycles(lines)
    turned = found.index(cycle[0])
    assert found[turned:] + found[:turned] == cycle


def test_ten_thousand_lines_in_a_chain_need_no_recursion() -> None:
    lines = {f"l{n}": reads(f"l{n + 1}") for n in range(10_000)}
    assert [group[0] for group in groups(lines)][:2] == ["l9999", "l9998"]


def test_lines_that_look_at_another_period_have_no_comparatives(small: Built) -> None:
    """The quarter of a year before has no earlier quarter beside it, and no months."""
    lines = [line for line in small.model.lines() if line.timeline == "quarterly"]
    assert {line.id for line in lines if line.comparative is not None} == {
        "east.sales", "west.sales", "sales", "costs", "margin",
        "quarterly.period_end", "quarterly.period_start", "quarterly.actual",
    }  # fmt: skip
    assert {line.id for line in lines if line.comparative is None} == {
        "quarterly.period_number", "interest_expense", "balance", "result",
    }  # fmt: skip
