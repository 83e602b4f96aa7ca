"""The debt arithmetic written out a second time, in plain Python, reading nothing but input values."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelgen.dates import from_serial
from modelgen.model.plain import Input
from modelgen.workbook.recalculate import Workbook
from tests.conftest import Built

EQUIPMENT, REAL_ESTATE = "equipment_term_loan", "real_estate_term_loan"
# Sums of at most 44 amounts of five digits: floating point leaves far more than this many digits.
EXACT = 1e-9


def months() -> list[date]:
    found, year, month = [], 2006, 5
    while (year, month) <= (2009, 12):
        found.append(date(year, month, calendar.monthrange(year, month)[1]))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def split(amount: float, libor: float, prime: float, allocation: int) -> tuple[float, float]:
    """Principal between the two portions; what one cannot take goes to the other."""
    if allocation == 1:
        total = libor + prime
        return (amount * libor / total, amount * prime / total) if total else (0.0, 0.0)
    if allocation == 2:
        first = min(libor, amount)
        return first, amount - first
    first = min(prime, amount)
    return amount - first, first


def oracle(
    rates: dict[str, list[float]], prepaid: dict[str, list[float]], allocation: int
) -> dict[str, list[float]]:
    """Balances and interest of the two term loans by month."""
    closing, maturity, start = date(2006, 5, 31), date(2009, 5, 15), date(2006, 9, 1)
    out: dict[str, list[float]] = {}
    equipment = libor = prime = 0.0
    for index, end in enumerate(months()):
        first = end.replace(day=1)
        days = max(0, (min(end, maturity) - max(first - timedelta(days=1), closing)).days)
        row: dict[str, float] = {}
        paid: dict[str, float] = {}
        for name, balance, instalment in (
            (EQUIPMENT, equipment, 208.0),
            (REAL_ESTATE, libor + prime, 61.0),
        ):
            due = min(balance, instalment) if start <= first < maturity else 0.0
            extra = min(prepaid[name][index], balance - due)
            paid[name] = due + extra
            row |= {
                f"{name}.opening": balance,
                f"{name}.instalment_paid": due,
                f"{name}.prepayment": extra,
            }
        equipment -= paid[EQUIPMENT]
        to_libor, to_prime = split(paid[REAL_ESTATE], libor, prime, allocation)
        libor, prime = libor - to_libor, prime - to_prime
        if end == closing:
            equipment, libor, prime = 12500.0, 11000.0, 4000.0
        base_libor, base_prime = rates["libor_1m"][index], rates["prime"][index]
        row[f"{EQUIPMENT}.interest"] = equipment * (base_libor + 0.045) * days / 360
        row[f"{REAL_ESTATE}.libor.interest"] = libor * (base_libor + 0.045) * days / 360
        row[f"{REAL_ESTATE}.prime.interest"] = prime * (base_prime + 0.06) * days / 360
        row[f"{REAL_ESTATE}.interest"] = (
            row[f"{REAL_ESTATE}.libor.interest"] + row[f"{REAL_ESTATE}.prime.interest"]
        )
        at_maturity = first <= maturity <= end
        row[f"{EQUIPMENT}.balloon"] = equipment if at_maturity else 0.0
        row[f"{REAL_ESTATE}.balloon"] = libor + prime if at_maturity else 0.0
        if at_maturity:
            equipment = libor = prime = 0.0
        row |= {
            f"{EQUIPMENT}.closing": equipment,
            f"{REAL_ESTATE}.closing": libor + prime,
            f"{REAL_ESTATE}.libor.closing": libor,
            f"{REAL_ESTATE}.prime.closing": prime,
        }
        for key, value in row.items():
            out.setdefault(key, []).append(value)
    return out


def rates_of(built: Built, case: int) -> dict[str, list[float]]:
    found = {}
    for index in ("libor_1m", "prime"):
        flat, realised = (built.model.items[f"{index}.{kind}"] for kind in ("flat", "realised"))
        assert isinstance(flat, Input)
        assert isinstance(realised, Input)
        found[index] = list(flat.values) * 44 if case == 1 else list(realised.values)
    return found


def compare(
    built: Built, book: Workbook, case: int, allocation: int, prepaid: dict[str, dict[int, float]]
) -> dict[str, list[float]]:
    ends = months()
    changes = {
        "rates.case": str(case),
        f"{REAL_ESTATE}.allocation": str(allocation),
        "cash.at_closing": "100000",  # so that funds never limit a prepayment here
    }
    rows = {EQUIPMENT: [0.0] * 44, REAL_ESTATE: [0.0] * 44}
    for name, by_month in prepaid.items():
        for index, amount in by_month.items():
            rows[name][index] = amount
            changes[f"{name}.prepayment_requested@{ends[index].isoformat()}"] = repr(amount)
    expected = oracle(rates_of(built, case), rows, allocation)
    lines = book.recalculate(changes).report(sorted(expected))["lines"]
    for id_, values in expected.items():
        assert lines[id_]["values"] == pytest.approx(values, rel=EXACT, abs=EXACT), id_
    return expected


@pytest.mark.parametrize("case", [1, 2])
@pytest.mark.parametrize("allocation", [1, 2, 3])
def test_every_month_of_both_term_loans(
    lexington: Built, ironcalc_book: Workbook, case: int, allocation: int
) -> None:
    expected = compare(lexington, ironcalc_book, case, allocation, {REAL_ESTATE: {18: 3000.0}})
    assert sum(value > 0 for value in expected[f"{EQUIPMENT}.instalment_paid"]) == 33


def test_the_published_schedule(lexington: Built) -> None:
    """33 instalments leave balloons of 5,636 and 12,987; 1,080 days of interest."""
    values = lexington.evaluation.values
    for name, balloon in ((EQUIPMENT, 5636.0), (REAL_ESTATE, 12987.0)):
        assert values[f"{name}.balloon"].sum() == pytest.approx(balloon, rel=EXACT)
        assert (values[f"{name}.instalment_paid"] > 0).sum() == 33
        assert values[f"{name}.days"].sum() == 1080
        assert [int(d) for d in values[f"{name}.days"][0, [0, 1, 36, 37]]] == [0, 30, 15, 0]
    last = lexington.model.timelines["monthly"].columns[-1]
    assert last == date(2009, 12, 31)
    assert from_serial(float(values["monthly.period_end"][0, -1])) == last


amounts = st.dictionaries(
    st.integers(1, 36), st.floats(0, 9000, allow_nan=False).map(lambda x: round(x, 2)), max_size=4
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(equipment=amounts, real_estate=amounts, allocation=st.integers(1, 3), case=st.integers(1, 2))
def test_any_prepayments(
    lexington: Built,
    ironcalc_book: Workbook,
    equipment: dict[int, float],
    real_estate: dict[int, float],
    allocation: int,
    case: int,
) -> None:
    compare(
        lexington, ironcalc_book, case, allocation, {EQUIPMENT: equipment, REAL_ESTATE: real_estate}
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shift=st.floats(-0.04, 0.1).map(lambda x: round(x, 6)))
def test_a_shift_moves_interest_by_balance_times_shift_times_days(
    lexington: Built, ironcalc_book: Workbook, shift: float
) -> None:
    wanted = [f"{EQUIPMENT}.{line}" for line in ("interest", "bearing_interest", "days")]
    before = ironcalc_book.recalculate({}).report(wanted)["lines"]
    after = ironcalc_book.recalculate({"libor_1m.shift": repr(shift)}).report(wanted)["lines"]
    interest, balances, days = (before[id_]["values"] for id_ in wanted)
    expected = [i + b * shift * d / 360 for i, b, d in zip(interest, balances, days, strict=True)]
    assert after[wanted[0]]["values"] == pytest.approx(expected, rel=EXACT, abs=EXACT)
