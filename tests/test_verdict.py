"""The sentence of a verdict: that a model holds is not to be read as that all is well with the company."""

import pytest

from modelgen.verdict import ALERT, INTEGRITY, Check, Verdict, worst_of


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        ((), "The model holds"),
        ((ALERT,), "The model holds, and what it shows raises an alert"),
        ((ALERT, ALERT), "The model holds, and what it shows raises 2 alerts"),
        ((ALERT, INTEGRITY), "THE MODEL DOES NOT HOLD"),
    ],
)
def test_a_verdict_says_alerts_beside_that_the_model_holds(
    checks: tuple[str, ...], sentence: str
) -> None:
    broken = tuple(Check(kind, kind, kind, False, 1.0, "2020-03-31") for kind in checks)
    verdict = Verdict((), broken)
    assert verdict.sentence == sentence
    assert str(verdict).startswith(f"{sentence}: ")
    said = "\n".join(verdict.details())
    assert said.count("1 in the period ending 2020-03-31") == len(checks)


def test_the_period_of_a_check_is_the_first_of_its_largest_differences() -> None:
    assert worst_of([0.0, -2.0, 2.0 - 1e-12, 1.0]) == 1
    assert worst_of([0.0, "n/a", float("nan"), None]) is None
