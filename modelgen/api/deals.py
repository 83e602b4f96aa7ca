"""Deals for programs: load, build, verify, check coverage, roll forward, process many at once."""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelgen.api.book import Book, BuildReport, PathLike, Settings
from modelgen.problem import EngineError, fail
from modelgen.text.load import DealText, find_deal, shipped_deals
from modelgen.text.load import load as load_text
from modelgen.verdict import Verdict
from modelgen.workbook.engines import DEFAULT, Report, available

if TYPE_CHECKING:
    from modelgen.review.build import Built
    from modelgen.review.coverage import Coverage
    from modelgen.review.verify import Proof
    from modelgen.roundtrip.new import Answers, New
    from modelgen.roundtrip.roll import Rolled
    from modelgen.roundtrip.roll_filing import RolledByFiling
    from modelgen.sweeps.batch import Outcome


class Deal:
    """A deal's text, with overlays applied.

    >>> load(deal)
    <Deal small: Small Company, Two quarters and two to come>
    """

    def __init__(self, text: DealText, given: PathLike, overlays: Sequence[PathLike] = ()) -> None:
        self.text, self.given, self.overlays = text, given, tuple(overlays)

    @property
    def name(self) -> str:
        """The name that the deal's text gives."""
        return self.text.document.name

    def __repr__(self) -> str:
        document = self.text.document
        return f"<Deal {document.name}: {document.company}, {document.title}>"


def shipped() -> list[dict[str, Any]]:
    """The deals and templates that ship: for each its name, kind, what it extends, and a description.

    >>> sorted({item["kind"] for item in shipped()})
    ['deal', 'module', 'template']
    """
    return shipped_deals()


def load(deal: PathLike | Deal, *overlays: PathLike) -> Deal:
    """Loads a deal's text and applies overlays in order. Raises ModelError with every problem, each with
    file, line and column.

    >>> load(deal).name
    'small'
    """
    if isinstance(deal, Deal):
        return deal if not overlays else load(deal.given, *deal.overlays, *overlays)
    text = load_text(str(deal), tuple(Path(overlay) for overlay in overlays))
    return Deal(text, deal, overlays)


def new(folder: PathLike, answers: "Answers") -> tuple["New", Verdict]:
    """Writes the folder of a new deal: a draft that builds at once, with a commented line for each input that
    has no value yet. Returns what was written and the draft's verdict. Raises ModelError, and then leaves no
    folder.
    """
    from modelgen.evaluate.verdict import verdict_of as evaluated
    from modelgen.roundtrip.new import new as write_new

    written = write_new(Path(folder), answers)
    return written, evaluated(written.evaluation)


def schema(deal: PathLike | Deal | None = None, target: PathLike | None = None) -> dict[str, Any]:
    """The JSON Schema of a deal's, template's or module's YAML; with a deal, with its own ids. Written to a
    file, too, if `target` names one. Raises ModelError.

    >>> sorted(schema(deal)["properties"]["values"]["properties"])[:2]
    ['costs', 'days_in_year']
    """
    from modelgen.files import written_whole
    from modelgen.model.deal_ids import ids_of
    from modelgen.text.json_schema import schema_of

    found = schema_of(None if deal is None else ids_of(load(deal).text))
    if target is not None:
        with written_whole(Path(target)) as temporary:
            temporary.write_text(
                json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
            )
    return found


def build(
    deal: PathLike | Deal,
    target: PathLike | None = None,
    settings: Settings = (),
    *,
    scenario: str | None = None,
    overlays: Sequence[PathLike] = (),
    force: bool = False,
    proof: bool = True,
) -> Book:
    """Builds the workbook of a deal; by default, generated/DEAL.xlsx.

    `settings` set inputs over the text, within their ranges unless `force`; `scenario` selects one of the
    deal's scenarios. The file is written only if IronCalc, which reads only the file, computes every cell as
    the evaluator does; `proof=False` skips that. Raises ModelError and EngineError.

    >>> book = build(deal, folder / "out.xlsx", {"growth": 0.03})
    >>> book.verdict.ok, book.report.proof
    (True, 'ironcalc')
    """
    began = time.perf_counter()
    built, path = _built(deal, target, settings, scenario, overlays, force, proof)
    book = Book(path)
    book.report = BuildReport(
        built.evaluation.model.name,
        built.written.sheets,
        len(built.written.formulas),
        built.proof.engine if built.proof else None,
        time.perf_counter() - began,
    )
    book.built_as(built.verdict)
    return book


def _built(
    deal: PathLike | Deal,
    target: PathLike | None,
    settings: Settings,
    scenario: str | None,
    overlays: Sequence[PathLike],
    force: bool,
    proof: bool,
) -> tuple["Built", Path]:
    from modelgen.review import build as building

    named = deal.given if isinstance(deal, Deal) else deal
    if target is None:
        target = Path("generated") / f"{find_deal(str(named)).resolve().name}.xlsx"
    path = Path(target)
    if path.suffix.lower() != ".xlsx":
        raise fail(f"{path} must end in .xlsx")
    evaluation = building.solved(load(deal, *overlays).text, settings, scenario, force)
    return building.build(evaluation, path, proof), path


def verify(
    deal: PathLike | Deal,
    settings: Settings = (),
    *,
    engines: Sequence[str] = (),
    scenario: str | None = None,
    force: bool = False,
    progress: Report | None = None,
) -> tuple[Verdict, list["Proof"]]:
    """Builds a deal's workbook in a temporary folder and compares every formula cell with each engine; by
    default, with all that are available. Returns the evaluator's verdict and a proof for each engine. Raises
    ModelError, and EngineError for an engine that is not installed.

    >>> verdict, proofs = verify(deal, engines=["ironcalc"])
    >>> verdict.ok, [proof.agrees for proof in proofs]
    (True, [True])
    """
    from modelgen.review.verify import verify as compare

    at_hand = available()
    missing = [engine for engine in engines if engine not in at_hand]
    if missing:
        raise EngineError(f"the engine '{missing[0]}' is not installed")
    from modelgen.files import scratch

    with scratch() as folder:
        target = folder / "book.xlsx"
        built, _ = _built(deal, target, settings, scenario, (), force, proof=False)
        found = [compare(built.written, engine, progress) for engine in engines or at_hand]
    return built.verdict, found


def coverage(deal: PathLike | Deal, file: PathLike, *, source: str | None = None) -> "Coverage":
    """Compares the numerals of a source's file with those that a deal accounts for; `source` names the deal's
    source, by default the first. Raises ModelError.
    """
    from modelgen.model.build import build_model
    from modelgen.review.coverage import cover

    text = load(deal).text
    build_model(text)  # reports a figure that names no line, which would account for nothing
    return cover(text, Path(file), source)


def roll(
    deal: PathLike | Deal,
    to: str,
    figures: PathLike,
    target: PathLike | None = None,
    *,
    source: str | None = None,
    published: date | None = None,
    title: str | None = None,
    format: str = "text",  # noqa: A002
) -> tuple["Rolled", Verdict]:
    """Rolls a deal forward a period: the forecast period becomes actual with its figures, from a CSV table,
    and its forecast is kept. `source`, `published` and `format` describe the document that the figures cite.
    Returns what was written and the new deal's verdict. Raises ModelError and then leaves no folder.
    """
    from modelgen.evaluate.verdict import verdict_of as evaluated
    from modelgen.roundtrip.roll import quarter_end
    from modelgen.roundtrip.roll import roll as write_roll
    from modelgen.text.figures import read_figures

    folder = Path(target) if target is not None else None
    text = load(deal).text
    rolled = write_roll(
        text,
        quarter_end(to, text.fiscal),
        read_figures(Path(figures), text.fiscal),
        folder,
        source,
        published,
        title,
        format,
    )
    return rolled, evaluated(rolled.evaluation)


def roll_by_filing(
    deal: PathLike | Deal, filing: PathLike, target: PathLike | None = None
) -> tuple["RolledByFiling", Verdict]:
    """Rolls a deal that ingest wrote forward by its next filing: the same labels keep their ids, and what was
    forecast is kept beside what came. Returns what was written and the new deal's verdict. Raises
    ModelError and then leaves no folder.
    """
    from modelgen.evaluate.verdict import verdict_of as evaluated
    from modelgen.ingest.ingested import ingested
    from modelgen.roundtrip.roll_filing import roll_by_filing as write_roll

    folder = Path(target) if target is not None else None
    rolled = write_roll(load(deal).text, ingested(Path(filing)), folder)
    return rolled, evaluated(rolled.evaluation)


def batch(
    deals: Sequence[PathLike],
    folder: PathLike = "generated",
    *,
    engine: str = DEFAULT,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Iterator["Outcome"]:
    """Builds, recalculates and checks many deals in parallel; one that fails does not stop the others.
    Returns an outcome for each, in order. Raises ModelError if two would write the same file.
    """
    from modelgen.sweeps.batch import batch as run_batch
    from modelgen.sweeps.spread import cores

    return run_batch(
        [str(deal) for deal in deals], Path(folder), engine, workers or cores(), scheduler
    )
