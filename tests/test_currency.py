"""The currency of a deal fills in the labels and factors of its units."""

import shutil
from pathlib import Path

import pytest

from modelgen.problem import ModelError
from modelgen.text.load import DealText, load
from tests.conftest import SMALL

MONEY = (
    "{label: EUR thousand, measure: money, format",
    "{label: '{money}', measure: money, format",
)
EUROS = (
    "{label: EUR, measure: money, factor: 0.001",
    "{label: '{code}', measure: money, factor: '{one}'",
)
NAME = "name: small\n"


def _deal(folder: Path, currency: str) -> DealText:
    shutil.copytree(SMALL, folder / "small")
    text = (folder / "small" / "deal.yaml").read_text()
    for old, new in (MONEY, EUROS, (NAME, NAME + currency)):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "small" / "deal.yaml").write_text(text)
    return load(str(folder / "small"))


@pytest.mark.parametrize(
    ("currency", "money", "one", "factor"),
    [
        ("EUR million", "EUR million", "EUR", 1e-6),
        ("USD thousand", "USD thousand", "USD", 1e-3),
        ("£", "£", "£", 1.0),
        ("A$ billion", "A$ billion", "A$", 1e-9),
    ],
)
def test_units_follow_the_currency(
    tmp_path: Path, currency: str, money: str, one: str, factor: float
) -> None:
    units = _deal(tmp_path, f"currency: {currency}\n").document.units
    assert (units["money"].label, units["euros"].label) == (money, one)
    assert units["euros"].factor == factor


@pytest.mark.parametrize(
    ("currency", "message"),
    [
        ("", "deal.yaml:2:1: a deal needs 'currency': write a currency and its scale: EUR, USD thousand, GBP million"),
        ("currency: EUR milion\n", "deal.yaml:3:11: 'milion' is not a scale: thousand, million or billion (did you mean 'million'?)"),
        ("currency: in euros of 2006\n", "deal.yaml:3:11: 'in euros of 2006' is not a currency: write a currency and its scale: EUR, USD thousand, GBP million"),
    ],
)  # fmt: skip
def test_a_currency_that_cannot_be_read(tmp_path: Path, currency: str, message: str) -> None:
    with pytest.raises(ModelError) as raised:
        _deal(tmp_path, currency)
    said = [f"{problem.place}: {problem.message}" for problem in raised.value.problems]
    assert any(text.endswith(message) for text in said), said
