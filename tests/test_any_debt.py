"""Any term loans, revolving lines and notes: principal is conserved, and cash reconciles; counted again in plain Python."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelgen.evaluate.evaluate import evaluate
from modelgen.model.build import build_model
from modelgen.text.load import load
from tests.loans import Deal, write

DAYS = [
    f"{year}-{month:02d}-{day}"
    for year in (2024, 2025, 2026)
    for month in range(1, 13)
    for day in ("01", "15", "28")
]
LATER = [day for day in DAYS if day > "2024-05"]
amounts = st.integers(0, 5000).map(str)


@st.composite
def deals(draw: st.DrawFn) -> Deal:
    """A deal with one to three term loans, up to two revolving lines, one or two notes, with or without a take-out."""
    loans: dict[str, dict[str, str]] = {}
    inputs: dict[str, str] = {}
    for number in range(draw(st.integers(1, 3))):
        name, kind = (
            f"loan_{number}",
            draw(st.sampled_from(["bullet", "level", "percent", "listed"])),
        )
        rate = draw(st.sampled_from(["fixed", "floating"]))
        loans[name] = {"rate": rate, "instalments": kind}
        inputs |= {
            f"{name}.commitment": draw(amounts),
            f"{name}.maturity": draw(st.sampled_from(LATER)),
            f"{name}.{'rate' if rate == 'fixed' else 'spread'}": "5%",
        }
        if draw(st.booleans()):
            inputs[f"{name}.drawn_on"] = draw(st.sampled_from(DAYS))
        if kind in ("level", "percent"):
            inputs[f"{name}.first_instalment"] = draw(st.sampled_from(LATER))
            inputs[f"{name}.instalment_months"] = draw(st.sampled_from(["1", "3", "6", "12"]))
            part = "instalment" if kind == "level" else "instalment_part"
            inputs[f"{name}.{part}"] = draw(amounts) if kind == "level" else "7%"
    lines = [f"line_{number}" for number in range(draw(st.integers(0, 2)))]
    for name in lines:
        inputs |= {
            f"{name}.commitment": draw(amounts), f"{name}.spread": "2%",
            f"{name}.maturity": draw(st.sampled_from(LATER)), f"{name}.opening_balance": "150",
        }  # fmt: skip
    notes = {"subordinated_notes": draw(st.sampled_from(["fixed", "floating"]))}
    if draw(st.booleans()):
        notes["other_notes"] = "fixed"
    for name, rate in notes.items():
        inputs |= {
            f"{name}.principal": draw(amounts), f"{name}.maturity": draw(st.sampled_from(LATER)),
            f"{name}.{'rate' if rate == 'fixed' else 'spread'}": "9%", f"{name}.arrears_rate": "3%",
            f"{name}.coupon_months": draw(st.sampled_from(["1", "3", "6", "12"])),
            f"{name}.coupon_month": str(draw(st.integers(1, 12))),
        }  # fmt: skip
    take_out = draw(st.booleans())
    if take_out:
        inputs |= {"take_out.spread": "4%", "take_out.fee": "1%", "take_out.sweep": "40%"}
    inputs |= {
        "cash.at_closing": draw(amounts),
        "cash.minimum": draw(st.sampled_from(["0", "100"])),
    }
    return Deal(loans, lines, notes, take_out, inputs)


# Dates that cannot be together are said by their own checks.
OF_DATES = ("matures_after", "drawn_in_schedule", "instalments_before", "issued_in_schedule")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(deal=deals())
def test_principal_is_conserved_and_cash_reconciles(
    deal: Deal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = write(deal, tmp_path_factory.mktemp("any") / "loans")
    model = build_model(load(str(folder)), {})
    found = evaluate(model).values

    def row(line: str) -> np.ndarray:
        return np.broadcast_to(found[line][0], (24,)).astype(float)

    broken = [
        line.id for line in model.lines()
        if line.check == "integrity" and np.abs(found[line.id]).max() > 1e-6
    ]  # fmt: skip
    assert [id_ for id_ in broken if not id_.rpartition(".")[2].startswith(OF_DATES)] == []

    maturing = [*deal.term_loans, *deal.revolvers, *deal.notes]
    everything = [*maturing, *(["take_out"] if deal.take_out else [])]
    for name in everything:
        came = row(f"{name}.drawn") + (row(f"{name}.brought") if name in maturing else 0)
        went = row(f"{name}.repaid") + (row(f"{name}.refinanced") if name in maturing else 0)
        assert np.cumsum(came - went) == pytest.approx(row(f"{name}.closing"), abs=1e-6)
        assert row(f"{name}.closing").min() > -1e-9
        for flow in ("drawn", "repaid", "interest_paid"):
            assert row(f"{name}.{flow}").min() > -1e-9
    if deal.take_out:
        assert max(row(f"{name}.unpaid").max() for name in maturing) < 1e-6
    cash = row("operating_cash") + row("cash.funded")
    for name in everything:
        cash = cash + row(f"{name}.drawn") - row(f"{name}.repaid") - row(f"{name}.interest_paid")
        cash = cash - (row(f"{name}.refinanced") if name in maturing else row(f"{name}.fees"))
    assert np.cumsum(cash) == pytest.approx(
        row("cash.closing") - row("shortfall.closing"), abs=1e-6
    )
    # Two revolving lines never draw the same lack: no cash above the minimum comes of a draw.
    drawn = sum((row(f"{name}.draw") for name in deal.revolvers), np.zeros(24))
    above = row("cash.after_sweep") - float(deal.inputs["cash.minimum"])
    assert above[drawn > 1e-6].max(initial=0.0) < 1e-6
    assert not any(math.isnan(x) for x in row("total_debt"))
