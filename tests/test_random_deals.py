"""Deals of any modules, periods and instruments build and are proven; principal and cash are counted again in plain Python."""

import os
from pathlib import Path

import numpy as np
import pytest

from modelgen.formula.values import Floats
from modelgen.review.verify import verify
from tests.conftest import Built, build
from tests.random_deals import write

SEEDS = range(int(os.environ.get("MODELGEN_RANDOM_DEALS", "6")))
FLOWS = 1e-9  # what floating point may leave of sums of thousands, in parts


def _row(built: Built, id_: str) -> Floats:
    row: Floats = np.nan_to_num(np.asarray(built.evaluation.values[id_][0], dtype=float))
    return row


@pytest.mark.parametrize("seed", SEEDS)
def test_any_deal(seed: int, tmp_path: Path) -> None:
    built = build(write(seed, tmp_path / "deal"), tmp_path / "book.xlsx")
    _principal_is_conserved(built)
    _cash_reconciles(built)
    assert verify(built.written, "ironcalc").differing == ()
    if os.environ.get("MODELGEN_RANDOM_ENGINES"):
        for engine in os.environ["MODELGEN_RANDOM_ENGINES"].split(","):
            assert verify(built.written, engine).differing == ()


def _principal_is_conserved(built: Built) -> None:
    """What was brought in and drawn is repaid in cash, refinanced, or outstanding at the end."""
    sets = built.model.sets
    for name in sets.get("instrument", ()):
        brought = _row(built, f"{name}.brought") if name in sets["maturing_instrument"] else 0
        refinanced = _row(built, f"{name}.refinanced") if name in sets["maturing_instrument"] else 0
        moved = brought + _row(built, f"{name}.drawn") - _row(built, f"{name}.repaid") - refinanced
        closing = _row(built, f"{name}.closing")
        assert np.allclose(np.cumsum(moved), closing, rtol=FLOWS, atol=1e-6), name
        assert (closing > -1e-6).all(), name
        assert (closing[: np.argmax(np.cumsum(moved) > 0)] == 0).all()


def _cash_reconciles(built: Built) -> None:
    """Cash at the end is cash at the start and all that came in less all that went out."""
    sets, values = built.model.sets, built.evaluation.values
    if "cash.closing" not in values:
        return
    flows = _row(built, "operating_cash") + _row(built, "cash.funded")
    for name in sets["instrument"]:
        flows += _row(built, f"{name}.drawn") - _row(built, f"{name}.repaid")
        flows -= _row(built, f"{name}.interest_paid")
    for name in sets["take_out"]:  # its drawing pays the others' principal and its own fee
        flows -= _row(built, f"{name}.drawn")
    short = _row(built, "shortfall.closing")
    assert np.allclose(np.cumsum(flows), _row(built, "cash.closing") - short, rtol=FLOWS, atol=1e-6)
