"""Workbooks for programs: open, recalculate, check, audit, trace, compare, read back."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelgen.api.book import Book, PathLike, Result, Settings
from modelgen.contract import DEAL_PROPERTY, TEXT_PROPERTY
from modelgen.problem import EngineError, ModelError, fail
from modelgen.verdict import Verdict
from modelgen.workbook.engines import DEFAULT, Report, names
from modelgen.workbook.recalculate import Workbook

if TYPE_CHECKING:
    from modelgen.api.deals import Deal
    from modelgen.review.audit import Audit
    from modelgen.review.diff import Difference
    from modelgen.review.rules import Rule
    from modelgen.review.trace import Step
    from modelgen.roundtrip.pull import Pulled
    from modelgen.text.load import DealText
    from modelgen.workbook.contents import Contents


def open(file: PathLike, *, engine: str = DEFAULT) -> Book:  # noqa: A001  # modelgen.open reads well
    """Opens a workbook that modelgen built, to be recalculated by an engine: formulas, ironcalc, libreoffice
    or one from another package. Nothing is read until it is needed.

    >>> open(workbook)
    <Book small.xlsx, engine formulas>
    """
    if engine not in names():
        raise EngineError(f"there is no engine '{engine}'; engines: {', '.join(names())}")
    return Book(file, engine)


def recalc(
    file: PathLike,
    settings: Settings = (),
    *,
    engine: str = DEFAULT,
    force: bool = False,
    progress: Report | None = None,
) -> Result:
    """Recalculates a workbook from the file alone, with inputs set.

    The result gives inputs and lines by id as series, and the verdict. Raises ModelError for a file that
    modelgen did not build, and for a setting that names no input or is out of range (with `force`, it is
    accepted and listed in the verdict); EngineError.

    >>> result = recalc(workbook, {"instalment": 200}, engine="ironcalc")
    >>> result["closing"]
    <Series closing: 12 periods, 2021-01-31 to 2021-12-31, EUR thousand>
    """
    return Book(file, engine).recalc(settings, force=force, progress=progress)


def check(
    file: PathLike,
    settings: Settings = (),
    *,
    engine: str = DEFAULT,
    force: bool = False,
    allow_overtyped: bool = False,
    progress: Report | None = None,
) -> Verdict:
    """The verdict on a workbook, with inputs set: figures, checks, alerts, formulas overtyped or added, and
    inputs that cannot be read. Raises as `recalc` does.

    >>> check(workbook, engine="ironcalc").ok
    True
    """
    return Book(file, engine).check(
        settings, force=force, allow_overtyped=allow_overtyped, progress=progress
    )


def audit(
    file: PathLike, *, suppress: PathLike | None = None, rules: Sequence["Rule"] | None = None
) -> "Audit":
    """Audits any .xlsx against the workbook standard, by all rules unless some are given; `suppress` names a
    YAML file of findings not to report. Raises ModelError.

    >>> audit(workbook).at_least("high")
    []
    """
    from modelgen.review.audit import audit as run_audit
    from modelgen.review.audit import read_suppressions

    quiet = read_suppressions(Path(suppress)) if suppress is not None else ()
    return run_audit(Path(file), quiet, rules)


def trace(
    file: PathLike,
    what: str,
    *,
    period: str | None = None,
    dependents: bool = False,
    depth: int | None = None,
    everything: bool = False,
    settings: Settings = (),
    engine: str = DEFAULT,
    force: bool = False,
    progress: Report | None = None,
) -> "Step":
    """The tree of the precedents of a line, an input or a cell ("Debt!H14") or, with `dependents`, of its
    dependents; for a row, in a period, by default the last. The calendar's own cells take one line each
    unless `everything` is asked for. Raises ModelError.

    >>> trace(workbook, "closing", period="2021-03", engine="ironcalc", depth=1).formula
    '=opening+drawn-paid'
    """
    from modelgen.review.trace import Tracer

    found = Book(file, engine).recalc(settings, force=force, progress=progress)
    tracer = Tracer(found.recalculation)
    key = tracer.key(what, period)
    return tracer.dependents(key, depth) if dependents else tracer.trace(key, depth, everything)


def diff(first: PathLike, second: PathLike, *, engine: str = DEFAULT) -> "Difference":
    """Compares two workbooks: what differs, and which changed input moved what. Raises ModelError.

    >>> diff(workbook, workbook, engine="ironcalc").nothing
    True
    """
    from modelgen.review.diff import diff as compare

    return compare(Workbook(first, engine), Workbook(second, engine))


def pull(
    file: PathLike,
    deal: "PathLike | Deal | None" = None,
    *,
    engine: str = DEFAULT,
    progress: Report | None = None,
) -> "Pulled":
    """Compares an edited workbook with the deal it was built from: what an analyst changed.

    Without `deal`, a deal with the name recorded in the workbook is looked for next to the file, in the
    working folder and among those that ship; it is used only if its text is the one the workbook was built
    from. Raises ModelError.

    >>> pull(workbook, deal, engine="ironcalc").edits
    []
    """
    from modelgen.api.deals import load
    from modelgen.model.build import build_model
    from modelgen.roundtrip.pull import pull as read_back

    found = Book(file, engine).recalc(progress=progress).recalculation
    text = load(deal).text if deal is not None else deal_of(found.contents, Path(file))
    return read_back(found, build_model(text))


def deal_of(contents: "Contents", file: Path) -> "DealText":
    """The text that a workbook was built from, found by name and identified by its digest. Raises
    ModelError.
    """
    from modelgen.text.load import find_deal
    from modelgen.text.load import load as load_text

    properties = contents.properties
    name, digest = properties.get(DEAL_PROPERTY, ""), properties.get(TEXT_PROPERTY, "")
    if not name or not digest:
        raise fail(f"{file} does not say which deal it was built from", hint="name it with --deal")
    tried = []
    for candidate in (file.parent / Path(name).name, Path(name).name, ".", file.parent):
        try:
            folder = find_deal(str(candidate))
        except ModelError:  # there is no deal there
            continue
        tried.append(str(folder))
        text = load_text(str(folder))
        if text.digest == digest:
            return text
    where = f" (read: {', '.join(dict.fromkeys(tried))})" if tried else ""
    raise fail(
        f"cannot find the text of the deal '{name}' from which {file} was built, or it has changed "
        f"since{where}",
        hint="name the deal's folder with --deal",
    )
