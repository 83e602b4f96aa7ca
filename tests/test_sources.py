"""Places in sources: opaque to all but the reader of a format, whatever the format."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from modelgen import plugins
from modelgen.cli.main import cli
from modelgen.model.build import build_model
from modelgen.problem import EngineError, ModelError
from modelgen.review.coverage import Coverage, cover
from modelgen.roundtrip.roll import roll
from modelgen.text.citation import Citation, typed_citation, written_citation
from modelgen.text.figures import read_figures
from modelgen.text.load import load
from modelgen.text.printed import BadValueError
from tests.conftest import SMALL, build

# A reader as a stranger would write it: a table of cells, whose places are r3c2.
READER = """
import csv, re
from modelgen.text.printed import printed_numerals
from modelgen.text.readers import Document, Numeral
from modelgen.text.reading import read_text

class GridReader:
    form = "a row and a column, as r3c2"

    def is_place(self, place):
        return re.fullmatch("r[1-9][0-9]*c[1-9][0-9]*", place) is not None

    def order(self, place):
        return tuple(int(number) for number in re.findall("[0-9]+", place))

    def read(self, path):
        rows = csv.reader(read_text(path).splitlines())
        texts = {f"r{r}c{c}": cell for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1)}
        found = [Numeral(n, place) for place, cell in texts.items() for n in printed_numerals(cell)]
        return Document(texts, tuple(found))
"""
GRID = """Quarter,a year ago,first,second
East,900,"1,000","1,100"
West,450,500,540
Costs,"1,200","1,250","1,390"
,,,
All,"1,640,000",,15%
"""
PLACES = {
    "east.sales,2020-03-31": "r2c2", "east.sales,2021-03-31": "r2c3", "east.sales,2021-06-30": "r2c4",
    "west.sales,2020-03-31": "r3c2", "west.sales,2021-03-31": "r3c3", "west.sales,2021-06-30": "r3c4",
    "costs,2020-03-31": "r4c2", "costs,2021-03-31": "r4c3", "costs,2021-06-30": "r4c4",
    "sales,2021-06-30": "r6c2", "margin,2021-06-30": "r6c4",
}  # fmt: skip


@pytest.fixture
def grid_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The reader as an installed package: a module, and the entry point that names it."""
    site = tmp_path / "site"
    about = site / "gridreader-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "gridreader.py").write_text(READER, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gridreader\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[modelgen.readers]\ngrid = gridreader:GridReader\n")
    monkeypatch.syspath_prepend(str(site))
    plugins.installed.cache_clear()
    yield
    plugins.installed.cache_clear()


@pytest.fixture
def deal(grid_reader: None, tmp_path: Path) -> Path:
    """The small deal with its figures cited by cells of a table."""
    folder = tmp_path / "grid-deal"
    shutil.copytree(SMALL, folder)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    text = text.replace("publisher: Small Company}", "publisher: Small Company, format: grid}")
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    rows = (folder / "figures.csv").read_text(encoding="utf-8").splitlines()
    for number, row in enumerate(rows[1:], start=1):
        line, period, rest = row.split(",", 2)
        before, _, after = rest.partition("report:")
        place = PLACES[f"{line},{period}"]
        rows[number] = f"{line},{period},{before}report:{place},{after.split(',', 1)[1]}"
    (folder / "figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)))


def test_a_figure_in_a_cell_of_a_table_is_built_checked_and_traced(
    deal: Path, tmp_path: Path
) -> None:
    built = build(deal, tmp_path / "grid.xlsx")
    assert built.model.figures[0].id == "report.r2c2.1"
    assert built.model.figures[0].at == Citation("report", "r2c2")
    checked = run("check", built.path, "--engine", "ironcalc", "--json")
    assert checked.exit_code == 0, checked.output
    ties = {t["ties_to"]: t for t in json.loads(checked.stdout)["tieouts"]}
    margin = ties["margin"]
    assert (margin["source"], margin["place"], margin["line"]) == ("report", "r6c4", None)
    assert margin["ties"]
    traced = run("trace", built.path, "costs", "--period", "2021-06-30", "--engine", "ironcalc")
    assert "report, r4c4" in traced.output, traced.output


def covered(deal: Path, text: str, path: Path) -> Coverage:
    path.write_text(text, encoding="utf-8")
    return cover(load(str(deal)), path)


def test_its_numerals_are_accounted_for_by_cell(deal: Path, tmp_path: Path) -> None:
    found = covered(deal, GRID, tmp_path / "report.csv")
    assert (found.complete, found.numerals, found.numerals_covered, found.moved) == (
        True,
        11,
        11,
        0,
    )
    changed = covered(deal, GRID.replace("540", "541"), tmp_path / "report.csv")
    assert [(n.printed, n.at.place, n.text) for n in changed.unaccounted] == [
        ("541", "r3c4", "541")
    ]
    assert [(n.printed, n.at.place, n.what) for n in changed.missing] == [
        ("540", "r3c4", "west.sales")
    ]
    moved = covered(deal, GRID.replace(",,,", ",,,\n" * 6), tmp_path / "report.csv")
    assert (moved.complete, moved.moved) == (True, 2)
    assert run("coverage", deal, "--source", tmp_path / "report.csv").exit_code == 0


def test_a_roll_carries_the_places_as_they_stand(deal: Path, tmp_path: Path) -> None:
    figures = tmp_path / "third.csv"
    figures.write_text(
        "line,period,printed,unit,at,role\n"
        'east.sales,2021-09-30,"1,150",money,report:r12c4,feeds and ties\n',
        encoding="utf-8",
    )
    done = roll(load(str(deal)), date(2021, 9, 30), read_figures(figures), tmp_path / "third")
    rolled = load(str(done.folder))
    assert [str(f.at) for f in rolled.figures if f.period == date(2021, 9, 30)] == ["report r12c4"]
    assert [str(f.at) for f in load(str(deal)).figures] == [
        str(f.at) for f in rolled.figures if f.period != date(2021, 9, 30)
    ]


def test_a_place_that_its_format_cannot_have_is_said_at_its_row(deal: Path) -> None:
    text = (deal / "figures.csv").read_text(encoding="utf-8")
    (deal / "figures.csv").write_text(text.replace("report:r2c2", "report:3"), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(deal)))
    assert str(caught.value).splitlines()[0] == (
        f"{deal}/figures.csv:2:1: '3' is not a place in 'report': a place there is a row and a column, as r3c2"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format: grid", "format: gird", "deal.yaml:26:79: no reader is installed for the format 'gird'"),
        ("format: grid", "format: text", "figures.csv:2:1: 'r2c2' is not a place in 'report': a place there is a line, as in 190"),
        ("publisher: Small Company, format: grid}", "publisher: Small Company, format: grid}\nanomalies: [{at: 'reprot:r1c1', reason: x}]", "deal.yaml:27:19: 'reprot' is not a source"),
        ("publisher: Small Company, format: grid}", "publisher: Small Company, format: grid}\nanomalies: [{at: r1c1, reason: x}]", "deal.yaml:27:18: 'r1c1' is not a source and a place"),
        ("report: {title", "Report 1: {title", "deal.yaml:26:3: 'Report 1' is not a valid id for a source: use lower-case letters, digits and _"),
    ],
)  # fmt: skip
def test_what_cites_nothing_is_said_where_it_stands(
    deal: Path, old: str, new: str, message: str
) -> None:
    text = (deal / "deal.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (deal / "deal.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(deal)))
    assert f"{deal}/{message}" in str(caught.value)


@pytest.mark.parametrize("typed", ["release:190", "release:p4:17", "r:t3r5c2", "a_1:x#sec-2/3"])
def test_a_citation_reads_back_as_it_was_typed_and_as_it_is_shown(typed: str) -> None:
    found = typed_citation(typed)
    assert found.typed == typed
    assert written_citation(str(found)) == found
    assert (found.line is not None) == found.place.isdigit()


@pytest.mark.parametrize("typed", ["", "release", "release:", ":190", "Release:1", "release:a b", "release:-1", "release:" + "9" * 65, "release:190\n"])  # fmt: skip
def test_what_is_no_citation_is_refused(typed: str) -> None:
    with pytest.raises(BadValueError):
        typed_citation(typed)


def test_a_reader_that_is_broken_is_named_with_its_package(deal: Path, tmp_path: Path) -> None:
    entries = tmp_path / "site" / "gridreader-1.0.dist-info" / "entry_points.txt"
    for target, message in (
        ("gridreaders:GridReader", "ModuleNotFoundError: No module named 'gridreaders'"),
        ("gridreader:re", "cannot be created"),
        ("gridreader:Document.__class__", "cannot be created"),
        ("pathlib:PurePosixPath", "has no form, is_place, order, read"),
    ):
        entries.write_text(f"[modelgen.readers]\ngrid = {target}\n")
        plugins.installed.cache_clear()
        with pytest.raises(EngineError) as caught:
            build_model(load(str(deal)))
        assert "'grid' of gridreader (modelgen.readers:" in str(caught.value)
        assert message in str(caught.value)
