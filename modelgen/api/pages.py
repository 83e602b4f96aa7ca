"""Pages for programs: a deal, or a workbook whose deal is at hand, as one HTML file that recalculates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from modelgen.api.book import Book, PathLike, Settings
from modelgen.api.deals import Deal, load
from modelgen.problem import fail
from modelgen.text.load import DealText
from modelgen.verdict import Verdict

if TYPE_CHECKING:
    from modelgen.page.server import PageServer
    from modelgen.roundtrip.pull import Pulled

SUFFIX = ".html"


@dataclass(frozen=True)
class Served:
    """A page that is served: the server, with its address, and what of a workbook is not on it."""

    server: "PageServer"
    left: tuple[str, ...] = ()


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
    274
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


def serve(
    what: PathLike | Deal,
    settings: Settings = (),
    *,
    port: int = 0,
    deal: PathLike | Deal | None = None,
    scenario: str | None = None,
    overlays: Sequence[PathLike] = (),
    sources: Sequence[str] = (),
    force: bool = False,
) -> "Served":
    """The page of a deal or a workbook, ready to be served on this machine alone (`serve_forever`). What is
    changed on it is saved beside the file or the deal's folder as NAME-overlay.yaml, if it builds; no file is
    overwritten, and nothing is saved once the deal or the workbook has changed on disk. Raises ModelError and
    EngineError.
    """
    from modelgen.page.opened import Opened, digests
    from modelgen.page.server import SAVE, PageServer
    from modelgen.page.sources import read_sources
    from modelgen.page.write import served_text
    from modelgen.review.build import solved

    book = [] if isinstance(what, Deal) or not _is_book(what) else [Path(what)]
    laid = [*(what.overlays if isinstance(what, Deal) else ()), *overlays]
    files = digests([*book, *map(Path, laid)])
    text, left = _text(what, deal, overlays)
    opened = Opened.of(text, files)
    evaluation = solved(text, settings, scenario, force)
    html = served_text(evaluation, read_sources(text, sources), SAVE)
    given = text.folder if isinstance(what, Deal) else Path(what)
    # A deal that ships is named, and is no place to write to.
    beside = given.resolve() if given.exists() else Path.cwd() / text.folder.name

    def save(overlay: str) -> str:
        opened.must_stand()
        return _saved(overlay, text, beside).name

    return Served(PageServer(html, save, port), left)


def _saved(overlay: str, text: DealText, beside: Path) -> Path:
    """Writes an overlay beside a file or folder, under a name that is free, if the deal builds with it."""
    from modelgen.files import write_text
    from modelgen.model.build import build_model

    stem = beside.stem if beside.is_file() else beside.name
    with TemporaryDirectory() as folder:
        tried = Path(folder) / f"{stem}-overlay.yaml"
        write_text(tried, overlay)
        build_model(load(text.folder, tried).text)
    names = (f"{stem}-overlay{f'-{n}' if n > 1 else ''}.yaml" for n in count(1))
    target = next(path for name in names if not (path := beside.parent / name).exists())
    write_text(target, overlay)
    return target


def _text(
    what: PathLike | Deal, deal: PathLike | Deal | None, overlays: Sequence[PathLike]
) -> tuple[DealText, tuple[str, ...]]:
    """The text of a page's model, and what of a workbook could not be carried over."""
    if isinstance(what, Deal) or not _is_book(what):
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


def _is_book(what: PathLike) -> bool:
    return Path(what).suffix.lower() == ".xlsx"


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
