"""Ingest over filings whose tags say the truth, the tags taken out: the score of ../shared/ingest, in process."""

import gzip
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from modelgen.ingest.html import read_html
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from tests.conftest import RELEASE, SHARED

FILINGS = SHARED / "filings"
needs_filings = pytest.mark.skipif(not FILINGS.is_dir(), reason=f"{FILINGS} is missing")
HTML = sorted(FILINGS.glob("html/*.html.gz"))
TEXT = sorted(FILINGS.glob("text/*.txt"))
FEW = 3


def score_module() -> Any:
    """The score's own functions, taken from where they are."""
    sys.path.insert(0, str(SHARED / "ingest"))
    try:
        return import_module("score")
    finally:
        sys.path.pop(0)


def scored_page(path: Path) -> Counter[str]:
    """Numerals of the statements of one filing: facts, right, silently wrong."""
    score = score_module()
    page, facts, kinds = score.truth(gzip.decompress(path.read_bytes()))
    found = {
        (figure["table"], figure["row"], figure["cell"]): figure
        for figure in figures(read_html(path.name, page)).report()["figures"]
    }
    counts: Counter[str] = Counter()
    for fact in facts:
        if fact["table"] not in kinds.values():
            continue
        figure = found.get((fact["table"], fact["row"], fact["cell"]))
        wrong = "not found" if figure is None else score.wrong(fact, figure)
        counts["facts"] += 1
        counts["right"] += not wrong
        counts["silent"] += bool(wrong and figure and not figure["review"])
    counts["whole"] = int(counts["right"] == counts["facts"])
    return counts


def scored_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The same of fixed-width text."""
    score = score_module()
    monkeypatch.setattr(
        score,
        "ingested",
        lambda _exe, page, _timeout: (figures(read(page)).report()["figures"], 0.0),
    )
    counts: dict[str, int] = score.score(path, "")[0]["text"]
    return counts


@needs_filings
@pytest.mark.parametrize("path", HTML[::10][:FEW], ids=lambda path: path.stem)
def test_the_statements_of_a_filing(path: Path) -> None:
    counts = scored_page(path)
    assert counts["whole"] and counts["silent"] == 0


@needs_filings
@pytest.mark.parametrize("path", TEXT[::10][:FEW], ids=lambda path: path.stem)
def test_the_statements_as_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = scored_text(path, monkeypatch)
    assert counts["right"] >= 0.99 * counts["facts"] and counts["silent"] == 0


@needs_filings
@pytest.mark.slow
def test_all_filings() -> None:
    total: Counter[str] = Counter()
    for path in HTML:
        total += scored_page(path)
    assert total["right"] >= 0.995 * total["facts"]
    assert total["whole"] >= 27 and total["silent"] == 0


@needs_filings
@pytest.mark.slow
def test_all_filings_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    # Four numerals count as silent that no reader can avoid: the truth has them twice, the page once.
    total: Counter[str] = Counter()
    for path in TEXT:
        total.update(scored_text(path, monkeypatch))
    assert total["right"] >= 0.99 * total["facts"] and total["silent"] <= 4


@needs_filings
def test_the_release_of_the_first_deal() -> None:
    reading = figures(read(RELEASE))
    assert len([figure for figure in reading.figures if not figure.is_nil]) == 77
    assert not reading.to_review
    assert [(anomaly.line, anomaly.printed) for anomaly in reading.anomalies] == [(222, "2,310")]
    assert not any(figure.line == 222 for figure in reading.figures)
    assert {str(figure.end) for figure in reading.figures} == {"2006-03-31", "2005-03-31"}


@needs_filings
@pytest.mark.parametrize(
    "path",
    sorted(FILINGS.glob("releases/*.htm*")) + sorted(FILINGS.glob("releases/*.txt")),
    ids=lambda path: path.stem,
)
def test_a_release_has_its_statements(path: Path) -> None:
    reading = figures(read(path))
    for kind in ("income", "balance"):
        table = reading.statement(kind)
        assert table is not None and all(column.end for column in table.columns)
        assert not any(figure.review for figure in table.figures)
