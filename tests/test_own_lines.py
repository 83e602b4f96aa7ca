"""A line whose key is `itself` is the member's own: its id is the member's, and a set's bare name means these lines."""

import shutil
from pathlib import Path

import pytest

from modelgen.problem import ModelError
from modelgen.review.verify import verify
from tests.conftest import SMALL, Built, build

SETS = "sets:\n"
COSTS = """sets:
  cost:
    rent: {label: Rent, part: fixed_part}
    wages: {label: Wages, part: fixed_part}
"""
OLD = "      costs: {label: Costs, unit: money, leaf: true, forecast: '= costs[-1]'}\n"
NEW = """      costs: {label: Costs, unit: money, formula: '= SUM_EACH(cost)'}
"""
SECTIONS = """
  - sheet: Inputs
    inputs:
      fixed_part: {label: Part that stays, unit: fraction, range: [0%, 100%], value: 50%, status: judgement, basis: b}
  - sheet: Model
    timeline: quarterly
    for_each: cost
    lines:
      itself: {label: '{label}', unit: money, leaf: true, forecast: '= itself[-1] * part + last * (1 - part)'}
      twice: {label: '{label} twice', unit: money, formula: '= itself + itself'}
  - sheet: Model
    for_each: cost
    lines:
      last: {label: '{label}, last', unit: money, formula: '= VALUE_ON(actual.itself, quarterly.last_actual)'}
"""


def _deal(folder: Path, sections: str = SECTIONS) -> Path:
    deal = Path(shutil.copytree(SMALL, folder / "small"))
    text = (deal / "deal.yaml").read_text()
    for old, new in ((SETS, COSTS), (OLD, NEW), ("sections:\n", f"sections:{sections}")):
        assert old in text
        text = text.replace(old, new, 1)
    (deal / "deal.yaml").write_text(text)
    rows = (deal / "figures.csv").read_text()
    figures = rows.replace("costs,", "rent,")
    wages = [
        line.replace("costs,", "wages,") for line in rows.splitlines() if line.startswith("costs,")
    ]
    (deal / "figures.csv").write_text(figures + "\n".join(wages) + "\n")
    return deal


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("owned")
    return build(_deal(folder), folder / "owned.xlsx")


def test_a_members_own_line_has_its_id_and_the_set_sums_them(owned: Built) -> None:
    values = owned.evaluation.values
    assert (values["costs"] == values["rent"] + values["wages"]).all()
    assert (values["wages.twice"] == 2 * values["wages"]).all()
    assert "actual.rent" in owned.model.items
    assert verify(owned.written, "ironcalc").differing == ()


def test_a_forecast_reads_its_own_line_a_period_before(owned: Built) -> None:
    assert len(set(owned.evaluation.values["rent"][0][-3:])) == 1


def test_outside_a_block_itself_is_no_name(tmp_path: Path) -> None:
    wrong = (
        SECTIONS
        + "  - {sheet: Model, lines: {alone: {label: x, unit: money, formula: '= itself'}}}\n"
    )
    with pytest.raises(ModelError, match="'itself' is not a line, an assumption or a function"):
        build(_deal(tmp_path, wrong), tmp_path / "x.xlsx")
