"""Footing: totals are found from the values, and nothing else is."""

import random
import time
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from modelgen.ingest.footing import footed
from modelgen.ingest.footing_rows import Footed, FootingRow, in_steps
from modelgen.ingest.total_words import is_total


def rows(*given_rows: tuple[str, Sequence[int | None]]) -> list[FootingRow]:
    return [FootingRow(label, tuple(values)) for label, values in given_rows]


def parts(found: tuple[Footed, ...]) -> dict[int, tuple[tuple[int, int], ...]]:
    return {one.row: one.parts for one in found}


def test_costs_are_taken_off_and_subtotals_nest() -> None:
    found = footed(
        rows(
            ("Net sales", [1000, 900]),
            ("Cost of sales", [600, 520]),
            ("Gross profit", [400, 380]),
            ("Selling expenses", [150, 140]),
            ("Research", [50, 60]),
            ("Total operating expenses", [200, 200]),
            ("Operating income", [200, 180]),
            ("Other income (expense), net", [-10, 12]),
            ("Income before taxes", [190, 192]),
            ("Income taxes", [40, 41]),
            ("Net income", [150, 151]),
        ),
        costs=True,
    )
    assert parts(found) == {
        2: ((0, 1), (1, -1)),
        5: ((3, 1), (4, 1)),
        6: ((2, 1), (5, -1)),
        8: ((6, 1), (7, 1)),
        10: ((8, 1), (9, -1)),
    }


def test_a_sign_that_no_word_tells_is_found() -> None:
    found = footed(
        rows(("Alpha", [500, 470]), ("Beta", [80, 75]), ("Gamma", [30, 20]), ("Total", [450, 415]))
    )
    assert parts(found) == {3: ((0, 1), (1, -1), (2, 1))}


def test_a_loss_that_is_nothing_but_costs() -> None:
    found = footed(
        rows(
            ("Research and development", [500, 470]),
            ("General and administrative", [80, 75]),
            ("Total operating expenses", [580, 545]),
            ("Loss from operations", [-580, -545]),
            ("Interest income", [30, 20]),
            ("Net (loss) income", [-550, -525]),
        ),
        costs=True,
    )
    assert parts(found) == {
        2: ((0, 1), (1, 1)),
        3: ((2, -1),),
        5: ((3, 1), (4, 1)),
    }


def test_both_sides_of_a_balance_sheet() -> None:
    found = footed(
        rows(
            ("Cash", [10, 12]), ("Receivables", [20, 25]), ("Total current assets", [30, 37]), ("Plant", [70, 75]),
            ("Total assets", [100, 112]), ("Payables", [15, 18]), ("Debt", [40, 44]), ("Total liabilities", [55, 62]),
            ("Stock", [20, 20]), ("Retained earnings", [25, 30]), ("Total equity", [45, 50]),
            ("Total liabilities and equity", [100, 112]),
        )
    )  # fmt: skip
    assert sorted(parts(found)) == [2, 4, 7, 10, 11]
    assert parts(found)[11] == ((7, 1), (10, 1))


def test_rounding_is_a_difference_and_no_anomaly() -> None:
    [one] = footed(rows(("A", [10, 20]), ("B", [11, 21]), ("Total", [22, 41])))
    assert one.difference == (1, 0)
    assert not one.off


def test_a_misprint_is_a_column_that_is_off() -> None:
    [one] = footed(
        rows(("A", [10, 20]), ("B", [11, 21]), ("C", [3, 5]), ("Total of all", [24, 64]))
    )
    assert one.off == (1,)
    assert one.difference == (0, 18)


def test_what_nothing_adds_up_to_is_a_leaf() -> None:
    assert footed(rows(("A", [10, 20]), ("B", [11, 21]), ("C", [500, 7]))) == ()


def test_nothing_printed_counts_as_none() -> None:
    [one] = footed(rows(("A", [1000, 2000]), ("B", [None, 500]), ("Total", [1000, 2500])))
    assert one.parts == ((0, 1), (1, 1))


def test_steps_are_whole_numbers_of_the_least_digit() -> None:
    assert in_steps([Decimal("1.5"), None, Decimal("-2")], Decimal("0.5")) == (3, None, -4)


def test_words_of_totals() -> None:
    assert is_total("Total current assets")
    assert is_total("Income before income taxes")
    assert is_total("Net (loss) income and comprehensive (loss) income")
    assert not is_total("Accounts payable")
    assert not is_total("Provision for (benefit from) income taxes")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1000, 10**6), min_size=3, max_size=25, unique=True),
    st.randoms(use_true_random=False),
)
def test_the_sum_of_any_block_is_found_with_its_signs(
    values: list[int], rng: random.Random
) -> None:
    second = [rng.randint(1000, 10**6) for _ in values]
    block = [
        FootingRow(f"Item {n}", pair) for n, pair in enumerate(zip(values, second, strict=True))
    ]
    found = footed([*block, FootingRow("Total", (sum(values), sum(second)))])
    assert found[-1].row == len(block)
    assert found[-1].difference == (0, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_values_at_random_have_no_totals(seed: int) -> None:
    rng = random.Random(seed)
    rows_ = [
        FootingRow(f"Item {n}", (rng.randint(10**5, 10**9), rng.randint(10**5, 10**9)))
        for n in range(20)
    ]
    assert footed(rows_, costs=True) == ()


def test_long_tables_take_a_moment() -> None:
    rng = random.Random(1)
    many = [
        FootingRow(f"Expense {n}", (rng.randint(1, 10**7), rng.randint(1, 10**7)))
        for n in range(400)
    ]
    began = time.perf_counter()
    footed(many, costs=True)
    assert time.perf_counter() - began < 10  # a hundred times what it takes


def test_a_sum_that_comes_out_by_chance_gives_way_to_the_total_that_must_be_one() -> None:
    """The dividends are what was borrowed and repaid: yet they are no total."""
    values = {
        "Proceeds from debt": 60_000,
        "Repayments of debt": -96_000,
        "Dividends paid": -36_000,
    }
    values |= {"Repurchases of common stock": -58_882}
    values["Net cash used in financing activities"] = sum(values.values())
    rows = [FootingRow(label, (value, value)) for label, value in values.items()]
    [total] = footed(rows)
    assert (total.row, total.off) == (4, ())
    assert total.parts == ((0, 1), (1, 1), (2, 1), (3, 1))


def test_a_total_that_lacks_a_row_is_one_and_off_in_every_column() -> None:
    values = {
        "Cash": (12, 10),
        "Receivables": (40, 38),
        "Total current assets": (85, 83),
        "Goodwill": (9, 9),
    }
    values["Total assets"] = (94, 92)
    rows = [FootingRow(label, printed) for label, printed in values.items()]
    current, whole = footed(rows)
    assert (current.row, current.parts, current.difference) == (2, ((0, 1), (1, 1)), (33, 35))
    assert current.off == (0, 1)
    assert (whole.row, whole.off) == (4, ())


def test_a_memorandum_that_repeats_a_total_lacks_nothing() -> None:
    rows = [
        FootingRow("Net sales", (100, 90)),
        FootingRow("Costs", (60, 50)),
        FootingRow("Operating income", (40, 40)),
        FootingRow("Of stores", (7, 7)),
        FootingRow("Operating income", (40, 40)),
    ]
    assert [total.row for total in footed(rows, costs=True)] == [2]
