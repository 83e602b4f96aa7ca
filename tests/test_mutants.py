"""Mutants of the small deal's text: each builds or is refused with a place, in seconds, never a traceback."""

from pathlib import Path

import pytest

from tests.mutants import SMALL, outcome

MUTANTS, BATCHES = 64, 4


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_mutant_is_built_or_refused_with_a_place(batch: int, tmp_path: Path) -> None:
    found = [
        outcome(SMALL, f"ordinary {number}", tmp_path) for number in range(batch, MUTANTS, BATCHES)
    ]
    assert [(o.seed, o.change, o.trace) for o in found if o.kind == "fell"] == []
    assert [(o.seed, o.change, o.unplaced) for o in found if o.unplaced] == []
    assert {o.kind for o in found} == {"built", "refused"}
    assert list(tmp_path.iterdir()) == []
