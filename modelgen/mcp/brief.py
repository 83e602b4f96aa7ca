"""Short answers: of a verdict, counts and what is wrong, for a program that pays for what it reads."""

from collections.abc import Mapping
from typing import Any


def brief(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """What `--json` gives of a verdict, with only the tie-outs that do not tie and the checks that do not
    hold, and in `counts` how many there are of each.

    >>> brief({"ok": True, "tieouts": [{"ties": True}], "checks": [{"holds": False}]})["counts"]
    {'tieouts': 1, 'tieouts_that_tie': 1, 'checks': 1, 'checks_that_hold': 0}
    """
    ties, checks = verdict["tieouts"], verdict["checks"]
    untied = [tie for tie in ties if not tie["ties"]]
    broken = [check for check in checks if not check["holds"]]
    counts = {
        "tieouts": len(ties),
        "tieouts_that_tie": len(ties) - len(untied),
        "checks": len(checks),
        "checks_that_hold": len(checks) - len(broken),
    }
    return {**verdict, "counts": counts, "tieouts": untied, "checks": broken}
