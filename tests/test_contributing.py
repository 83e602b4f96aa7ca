"""The eight recipes of CONTRIBUTING.md, each tried: what a stranger adds in one place works."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from modelgen import plugins
from modelgen.api.workbooks import audit, check, recalc
from modelgen.cli.main import cli
from modelgen.formula.functions import FUNCTIONS
from modelgen.problem import ModelError, Problem
from tests.conftest import ROOT, SMALL, Built, build

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"<!-- recipe: (\w+) -->\n```python\n(.*?)```", TEXT, re.DOTALL))


def test_there_are_eight_recipes() -> None:
    assert sorted(RECIPES) == [
        "chart", "command", "engine", "function", "option", "reader", "rule", "sheet",
    ]  # fmt: skip


def ran(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exec(compile(RECIPES[name], name, "exec"), found)
    return found


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All recipes as an installed package, with their entry points."""
    site = tmp_path / "site"
    about = site / "stranger-1.0.dist-info"
    about.mkdir(parents=True)
    for name, code in RECIPES.items():
        (site / f"stranger_{name}.py").write_text(code, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[modelgen.engines]\ncareful = stranger_engine\n"
        "[modelgen.audit_rules]\ncapitals = stranger_rule:RULE\n"
        "[modelgen.sheet_kinds]\nnoted = stranger_sheet:KIND\n"
        "[modelgen.chart_kinds]\narea = stranger_chart:AREA\n"
        "[modelgen.readers]\ncells = stranger_reader:CellReader\n"
        "[modelgen.commands]\nleast = stranger_command:command\n"
    )
    monkeypatch.syspath_prepend(str(site))
    plugins.installed.cache_clear()
    yield
    plugins.installed.cache_clear()


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small deal with its text changed."""
    shutil.copytree(SMALL, folder)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ran("function")["ROW"]
    monkeypatch.setitem(FUNCTIONS, row.name, row)
    line = "all_interest: {label: All interest, unit: money, formula: '= SUM(interest)'}"
    deal = changed(
        tmp_path / "deal",
        (
            line,
            f"{line}\n      multiplied: {{label: Multiplied, unit: number, formula: '= PRODUCT(monthly.period_number)'}}",
        ),
    )
    built = build(deal, tmp_path / "out.xlsx")
    for engine in ("formulas", "ironcalc"):
        assert recalc(built.path, engine=engine)["multiplied"].value == 479001600  # 12 factorial


def test_an_engine(small: Built, package: None) -> None:
    assert check(small.path, engine="careful").ok
    result = CliRunner().invoke(cli, ["check", str(small.path), "--engine", "careful"])
    assert (result.exit_code, "The model holds (careful)" in result.output) == (0, True)


def test_a_rule_of_the_audit(tmp_path: Path, package: None) -> None:
    deal = changed(
        tmp_path / "deal", ("label: All interest", "label: ALL THE INTEREST OF THE LOAN")
    )
    built = build(deal, tmp_path / "out.xlsx")
    assert [f.rule for f in audit(built.path).findings if f.rule == "capitals"]


def test_a_kind_of_sheet_and_a_kind_of_chart(tmp_path: Path, package: None) -> None:
    chart = "{title: Interest, kind: area, lines: [interest], unit: money}"
    deal = changed(
        tmp_path / "deal",
        (
            "Model: {title: Model, timeline: quarterly}",
            "Model: {title: Model, timeline: quarterly, kind: noted}",
        ),
        ("Months: {title: Months,", f"Months: {{charts: [{chart}], title: Months,"),
    )
    built = build(deal, tmp_path / "out.xlsx")
    assert check(built.path, engine="ironcalc").ok  # its own formulas are none that somebody added
    import zipfile

    with zipfile.ZipFile(built.path) as archive:
        assert b"areaChart" in archive.read("xl/charts/chart1.xml")
        assert b"figures tie to this model" in archive.read("xl/sharedStrings.xml")


def test_a_format_of_documents(tmp_path: Path, package: None) -> None:
    from modelgen.text.readers import reader_of

    file = tmp_path / "report.csv"
    file.write_text("Sales;120;90\n", encoding="utf-8")
    reader = reader_of("cells")
    assert [(n.printed, n.place) for n in reader.read(file).numerals] == [
        ("120", "r1c2"),
        ("90", "r1c3"),
    ]


def test_a_command(small: Built, package: None) -> None:
    result = CliRunner().invoke(cli, ["least", str(small.path), "paid", "--set", "instalment=50"])
    assert (result.exit_code, result.output) == (0, "0.0\n")
    assert "Print the least value of a line." in CliRunner().invoke(cli, ["--help"]).output


def test_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    def build_titled(deal: str, target: object, *, title: str, **_: object) -> None:
        raise ModelError([Problem(f"{deal} would be built as {title}")])

    monkeypatch.setattr("modelgen.api.deals.build", build_titled)
    found = ran("option")["with_option"]
    try:
        result = CliRunner().invoke(found, ["small", "--title", "Other"])
        assert str(result.exception) == "small would be built as Other"
    finally:
        found.params[:] = [option for option in found.params if option.name != "title"]
