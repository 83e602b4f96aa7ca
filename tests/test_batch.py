"""Many deals at once: each as alone, one that fails beside the others, the same bytes by any number of workers."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LEXINGTON, SMALL
from tests.test_commands import run


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four deals: one that holds, one whose text is wrong, one with a mistyped sale, and a small one."""
    folder = tmp_path_factory.mktemp("deals")
    for name in ("good", "wrong", "mistyped"):
        shutil.copytree(LEXINGTON, folder / name)
    shutil.copytree(SMALL, folder / "small")
    for name, old, new in (("wrong", '"21,059"', '"21x059"'), ("mistyped", '"21,709"', '"21,710"')):
        figures = folder / name / "figures.csv"
        figures.write_text(figures.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return folder


NAMES = ("good", "wrong", "mistyped", "small", "missing")


def _built(deals: Path, folder: Path, *spread: str) -> tuple[Any, dict[str, bytes]]:
    """What a batch says of the deals, and the workbooks it writes."""
    folder.mkdir()
    asked = [deals / name for name in NAMES]
    said = run(
        "batch", *asked, "-o", "books", *spread, "--engine", "ironcalc", "--json", cwd=folder
    )
    return said, {p.name: p.read_bytes() for p in (folder / "books").iterdir()}


@pytest.mark.slow
def test_a_cluster_gives_what_one_worker_gives(deals: Path, tmp_path: Path) -> None:
    one = _built(deals, tmp_path / "one", "--workers", "1")
    assert _built(deals, tmp_path / "dask", "--workers", "2", "--scheduler", "local") == one


def test_a_deal_that_fails_does_not_stop_the_others(deals: Path, tmp_path: Path) -> None:
    said, books = _built(deals, tmp_path / "one", "--workers", "1")
    assert _built(deals, tmp_path / "two", "--workers", "2") == (said, books)
    code, found, errors = said
    assert (code, errors) == (1, "")
    assert [Path(d["deal"]).name for d in found["deals"]] == list(NAMES)
    assert [d["ok"] for d in found["deals"]] == [True, False, False, True, False]
    good, wrong, mistyped, small, missing = found["deals"]
    assert (good["figures_tied"], good["figures"]) == (147, 147)
    assert good["checks_holding"] == good["checks"] > 40
    assert "figures.csv:73:27: '21x059' is not a printed number" in wrong["error"]
    assert mistyped["figures_tied"] == 132
    assert small["formulas"] > 250
    assert "there is no deal" in missing["error"]
    assert sorted(books) == ["good.xlsx", "mistyped.xlsx", "small.xlsx"]


def test_two_deals_of_one_name_are_refused(deals: Path, tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "good")
    code, _, errors = run("batch", deals / "good", tmp_path / "good", "-o", tmp_path / "books")
    assert code == 2
    assert errors.strip() == "two of the deals are called 'good' and would write the same workbook"
    assert not (tmp_path / "books").exists()
