"""Pages for programs: a deal, or a workbook whose deal is at hand, as one HTML file that recalculates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from modelgen.api.book import Book, PathLike, Settings
from modelgen.api.deals import Deal, load
from modelgen.problem import fail
from modelgen.text.load import DealText
from modelgen.verdict import Verdict

if TYPE_CHECKING:
    from modelgen.roundtrip.pull import Pulled

SUFFIX = ".html"


@dataclass(frozen=True)
class Page:
    """A page as it was written: its file and size in bytes, how many formulas it computes, the sources whose
    text it holds and those of which it holds figures and places only, and the verdict; `left` says what of a
    workbook could not be carried over.
    """

    path: Path
    deal: str
    size: int
    formulas: int
    documents: tuple[str, ...]
    listed: tuple[str, ...]
    verdict: Verdict
    left: tuple[str, ...] = ()


def page(
    what: PathLike | Deal,
    target: PathLike | None = None,
    settings: Settings = (),
    *,
    deal: PathLike | Deal | None = None,
    scenario: str | None = None,
    overlays: Sequence[PathLike] = (),
    sources: Sequence[str] = (),
    force: bool = False,
) -> Page:
    """Writes the page of a deal, or of a workbook with what was changed in it; by default to
    generated/DEAL.html.

    The text of a source is taken from the deal's folder, where `ingest` leaves it, or from `sources`: a file,
    or ID=FILE where the deal has several. For a workbook, `deal` names the deal; by default it is the one the
    workbook names, if its text is at hand and unchanged. Raises ModelError and EngineError.

    >>> page(deal, folder / "small.html").formulas
    107
    """
    from modelgen.evaluate.verdict import verdict_of
    from modelgen.page.sources import read_sources
    from modelgen.page.write import write_page
    from modelgen.review.build import solved

    text, left = _text(what, deal, overlays)
    name = text.folder.resolve().name
    path = Path(target) if target is not None else Path("generated") / f"{name}{SUFFIX}"
    if path.suffix.lower() not in (SUFFIX, ".htm"):
        raise fail(f"{path} must end in {SUFFIX}")
    evaluation = solved(text, settings, scenario, force)
    documents = read_sources(text, sources)
    written = write_page(evaluation, path, documents)
    return Page(
        path,
        evaluation.model.name,
        written.size,
        written.formulas,
        tuple(documents),
        tuple(id_ for id_ in text.document.sources if id_ not in documents),
        verdict_of(evaluation),
        left,
    )


def _text(
    what: PathLike | Deal, deal: PathLike | Deal | None, overlays: Sequence[PathLike]
) -> tuple[DealText, tuple[str, ...]]:
    """The text of a page's model, and what of a workbook could not be carried over."""
    if isinstance(what, Deal) or Path(what).suffix.lower() != ".xlsx":
        if deal is not None:
            raise fail("a deal is named beside a workbook only")
        return load(what, *overlays).text, ()
    from modelgen.api.workbooks import deal_of
    from modelgen.files import write_text
    from modelgen.model.build import build_model
    from modelgen.roundtrip.pull import overlay_text
    from modelgen.roundtrip.pull import pull as read_back

    found = Book(what, "ironcalc").recalc().recalculation
    text = load(deal).text if deal is not None else deal_of(found.contents, Path(what))
    pulled = read_back(found, build_model(text))
    if not pulled.edits:
        return load(text.folder, *overlays).text, _left(pulled)
    with TemporaryDirectory() as folder:
        overlay = Path(folder) / "edits.yaml"
        write_text(overlay, overlay_text(pulled))
        return load(text.folder, overlay, *overlays).text, _left(pulled)


def _left(pulled: "Pulled") -> tuple[str, ...]:
    """What an analyst did to a workbook that is not on its page."""
    return tuple(
        f"not on the page: {words}"
        for words in (
            *(one.words for one in pulled.unreadable),
            *(
                f"{one.id}{'@' + one.period if one.period else ''}, changed to {one.new} here and to "
                f"{one.deal} in the deal"
                for one in pulled.conflicts
            ),
            *(one.words for one in pulled.formulas),
        )
    )
