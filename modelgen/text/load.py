"""Loads a deal's text by name or folder: reads the files, merges them and types the result.

A folder holds `deal.yaml` or `template.yaml`, the other files that its `files` key lists, and the CSV
tables that it names. A deal `extends` a template: the deal's text overrides the template's.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from modelgen.fiscal import CALENDAR_YEAR, BadPeriodError, Fiscal
from modelgen.problem import ModelError, Place, Problem, did_you_mean, fail
from modelgen.text.currency import fill_currency
from modelgen.text.figure_text import AssumedText, ExcludedText, FigureText
from modelgen.text.figures import FigureTable, joined, read_excluded, read_figures
from modelgen.text.local_forms import local_forms
from modelgen.text.reading import file_in
from modelgen.text.schema import DocumentText, SectionText, SheetText
from modelgen.text.tables import Row, read_table
from modelgen.text.validate import validated
from modelgen.text.yaml_text import Path_, Positioned, read_yaml

DEAL, TEMPLATE = "deal", "template"
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class DealText:
    """A deal as written: the typed document, its tables, and the position of every key and value."""

    document: DocumentText
    positions: Positioned
    folder: Path
    figures: tuple[FigureText, ...] = ()
    assumed: tuple[AssumedText, ...] = ()
    excluded: tuple[ExcludedText, ...] = ()
    tables: dict[str, list[Row]] = field(default_factory=dict)
    overlaid: frozenset[str] = frozenset()
    digest: str = ""

    def place(self, *path: str | int) -> Place | None:
        """The position of the value at a path of the document."""
        return self.positions.place(path)

    def key_place(self, *path: str | int) -> Place | None:
        """The position of the key at a path of the document."""
        return self.positions.key_place(path)

    def own_place(self, *path: str | int) -> Place | None:
        """The position of the key at a path in the deal's own text; the top of deal.yaml if only the template
        has it.
        """
        found = self.key_place(*path)
        own = found is not None and Path(found.file).is_relative_to(self.folder)
        return found if own else self.place()

    @property
    def fiscal(self) -> Fiscal:
        """The fiscal year by which periods are named."""
        return fiscal_of(self.document)

    @property
    def rolled(self) -> bool:
        """Whether the deal was rolled forward from an earlier one."""
        return self.document.rolled_from is not None

    def sections(self) -> Iterator[tuple[int, SectionText]]:
        """The sections that the deal uses, by their numbers in the text: without those for rolled deals
        unless it was rolled, and those for another calendar.
        """
        calendar = self.document.calendar
        rule = calendar.rule if calendar else "months"
        used = self.timelines()
        for number, section in enumerate(self.document.sections):
            if section.once_rolled and not self.rolled:
                continue
            needed = list(section.timelines)
            if section.timeline is not None and (section.rule or section.timelines):
                needed.append(section.timeline)
            if section.rule in (None, rule) and used.issuperset(needed):
                yield number, section

    def timelines(self) -> frozenset[str]:
        """The ids of the timelines that a sheet of the deal runs by."""
        on_sheets = {sheet.timeline for sheet in self.sheets().values()}
        return frozenset(id_ for id_ in self.document.timelines if id_ in on_sheets)

    def sheets(self) -> dict[str, SheetText]:
        """The sheets that the deal uses: without those for rolled deals unless it was rolled."""
        return {
            name: sheet
            for name, sheet in self.document.sheets.items()
            if self.rolled or not sheet.once_rolled
        }


@dataclass(frozen=True)
class _Folder:
    """The YAML files of a folder, read as one document."""

    positions: Positioned
    folder: Path
    names: tuple[str, ...]


def shipped_folder() -> Path:
    """The folder of the templates and deals that ship: inside the wheel, or next to the package."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def shipped(kind: str) -> list[Path]:
    """The shipped folders that hold `deal.yaml` or `template.yaml`, by folder name."""
    return _holding(shipped_folder(), kind)


def _holding(folder: Path, kind: str) -> list[Path]:
    return sorted(path.parent for path in folder.glob(f"*/{kind}.yaml"))


def shipped_deals() -> list[dict[str, str | None]]:
    """What ships: for each deal and template its name, kind, what it extends, and a description."""
    found: list[dict[str, str | None]] = []
    for kind in ("deal", "template"):
        for folder in shipped(kind):
            text = read_yaml(folder / f"{kind}.yaml").plain
            about = f"{text.get('company', '')}: {text.get('title', '')}".strip(": ")
            extends = text.get("extends")
            found.append(
                {
                    "name": folder.name,
                    "kind": kind,
                    "extends": extends if isinstance(extends, str) else None,
                    "about": about or str(text.get("description", "")),
                }
            )
    return found


def find_deal(deal: str) -> Path:
    """The folder of a deal, given as a path or the name of one that ships. Raises ModelError."""
    path = Path(deal)
    try:
        if path.is_file() and path.name == "deal.yaml":
            path = path.parent
        if (path / "deal.yaml").is_file():
            return path
        named = shipped_folder() / deal
        if (named / "deal.yaml").is_file():
            return named
        is_folder = path.is_dir()
    except (OSError, ValueError):  # a name that no file system accepts
        is_folder = False
    if is_folder:
        raise fail("the folder has no deal.yaml", Place(str(path / "deal.yaml"), 1))
    names = [found.name for found in shipped(DEAL)]
    hint = did_you_mean(deal, names) or f"deals that ship: {', '.join(names) or 'none'}"
    raise fail(f"there is no deal or folder '{deal}'", hint=hint)


def load(deal: str, overlays: tuple[Path, ...] = ()) -> DealText:
    """The text of a deal, over its template and under its overlays.

    Raises ModelError with all the problems of the first stage that finds any.
    """
    own = _folder_text(find_deal(deal), DEAL)
    folder, positions, root = own.folder, own.positions, own.positions.values[()]
    texts = {(DEAL, name): folder / name for name in own.names}
    extends = positions.plain.get("extends")
    if isinstance(extends, str):
        template = _template(extends, folder, positions.place(("extends",)))
        texts |= {(TEMPLATE, name): template.folder / name for name in template.names}
        positions = template.positions.without("name").merged(positions)
        positions.values[()] = root
    overlaid: set[str] = set()
    for overlay in overlays:
        text = _overlay(overlay)
        assumptions = text.plain.get("assumptions")
        overlaid |= set(assumptions) if isinstance(assumptions, dict) else set()
        positions = _without_csv(positions, text).merged(text)
    wrong = fill_currency(positions)
    if wrong:
        raise ModelError(wrong)
    document = validated(positions)
    tables = _Tables(folder, positions)
    figures, excluded = FigureTable(), list[ExcludedText]()
    if document.figures:
        fiscal, listed = fiscal_of(document), len(document.figures) > 1
        figures = joined(
            tables.read(
                name,
                lambda path: read_figures(path, fiscal),
                ("figures", index) if listed else ("figures",),
            )
            for index, name in enumerate(document.figures)
        )
    if document.excluded is not None:
        excluded = tables.read(document.excluded, read_excluded, ("excluded",)) or excluded
    rows: dict[str, list[Row]] = {}
    for id_, assumption in document.assumptions.items():
        if assumption.csv is not None and assumption.csv not in rows:
            at: Path_ = ("assumptions", id_, "csv")
            rows[assumption.csv] = tables.read(assumption.csv, _read_periods, at) or []
    if tables.problems:
        raise ModelError(tables.problems)
    texts |= {(DEAL, name): folder / name for name in tables.names}
    return DealText(
        document=document,
        positions=positions,
        folder=folder,
        figures=figures.figures,
        assumed=figures.assumed,
        excluded=tuple(excluded),
        tables=rows,
        overlaid=frozenset(overlaid),
        digest=_digest(texts),
    )


def fiscal_of(document: DocumentText) -> Fiscal:
    """The fiscal year of a document: its calendar's or, without one, that of a timeline by year."""
    if document.calendar is not None:
        return document.calendar.fiscal
    for timeline in document.timelines.values():
        if timeline.step == "year" and timeline.first is not None:
            try:
                return Fiscal(CALENDAR_YEAR.parse(timeline.first).last.month)
            except BadPeriodError:
                break  # said where the timelines are made
    return CALENDAR_YEAR


@dataclass
class _Tables:
    """Reads the CSV tables that a deal names and notes what is wrong with each."""

    folder: Path
    positions: Positioned
    names: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, name: str, reader: Callable[[Path], _Read], at: Path_) -> _Read | None:
        """What `reader` makes of a table; None, with the problems noted, if it cannot be read."""
        self.names.append(name)
        try:
            return reader(file_in(self.folder, name))
        except ModelError as error:
            self.problems += _placed(error, self.positions.place(at))
            return None


def _read_periods(path: Path) -> list[Row]:
    """A table of values by period, whose columns may have any names."""
    rows = read_table(path, ["period"], ["*"])
    columns = [column for column in (rows[0].cells if rows else ()) if column != "period"]
    problems, _ = local_forms(rows, ["period"], columns)
    if problems:
        raise ModelError(problems)
    return rows


def _template(name: str, folder: Path, place: Place | None) -> _Folder:
    """The template next to the deal's folder or, failing that, the one that ships."""
    named = folder.name not in ("", "..")
    beside = folder.parent if named else folder.resolve().parent
    for parent in (beside, shipped_folder()):
        try:
            candidate = file_in(parent, name)
        except ModelError as error:
            raise ModelError(_placed(error, place)) from None
        if (candidate / "template.yaml").is_file():
            return _folder_text(candidate, TEMPLATE)
    names = [found.name for found in [*_holding(beside, TEMPLATE), *shipped(TEMPLATE)]]
    hint = did_you_mean(name, names) or f"available templates: {', '.join(names)}"
    raise fail(f"there is no template '{name}'", place, hint)


def _folder_text(folder: Path, kind: str) -> _Folder:
    """The main file of a folder merged with the files it lists, in their order."""
    main = f"{kind}.yaml"
    document = read_yaml(folder / main)
    files = document.plain.pop("files", [])
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise fail("'files' should be a list of file names", document.place(("files",)))
    names = [str(name) for name in files]
    root = document.values[()]
    problems: list[Problem] = []
    for index, name in enumerate(names):
        try:
            part = read_yaml(file_in(folder, name))
        except ModelError as error:
            problems += _placed(error, document.place(("files", index)))
            continue
        problems += _twice(document, part)
        document = document.merged(part)
        document.values[()] = root
    if problems:
        raise ModelError(problems)
    return _Folder(document, folder, (main, *names))


def _digest(files: dict[tuple[str, str], Path]) -> str:
    """A hash of the files that a deal is made of, by their names within the deal's or template's folder: it
    does not depend on where the folders are or what they are called.
    """
    digest = hashlib.sha256()
    for (kind, name), path in sorted(files.items()):
        content = path.read_bytes()
        digest.update(f"{kind}/{name}: {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _placed(error: ModelError, place: Place | None) -> list[Problem]:
    """The problems of a file; those without a place are placed where the file is named."""
    return [Problem(p.message, p.place or place, p.hint) for p in error.problems]


def _twice(document: Positioned, part: Positioned) -> list[Problem]:
    """Scalars given by two files of one folder: within a folder nothing may override anything."""
    problems: list[Problem] = []
    for path, place in part.values.items():
        first = document.values.get(path)
        value = part.plain
        if first is None or not path or any(isinstance(step, int) for step in path):
            continue
        for step in path:
            value = value[step]  # type: ignore[assignment,index]
        if isinstance(value, str):
            key = ".".join(map(str, path))
            problems.append(Problem(f"'{key}' is given twice", place, f"first in {first.short}"))
    return problems


def _without_csv(below: Positioned, overlay: Positioned) -> Positioned:
    """The text under an overlay, without the CSV columns of inputs to which the overlay gives one value."""
    old, new = below.plain.get("assumptions"), overlay.plain.get("assumptions")
    if isinstance(old, dict) and isinstance(new, dict):
        for id_, text in new.items():
            given = old.get(id_)
            if isinstance(text, dict) and "value" in text and isinstance(given, dict):
                for key in ("csv", "column", "unit"):
                    given.pop(key, None)
    return below


def _overlay(path: Path) -> Positioned:
    overlay = read_yaml(path)
    problems = [
        Problem(f"an overlay may hold only assumptions, not '{key}'", overlay.key_place((key,)))
        for key in overlay.plain
        if key != "assumptions"
    ]
    if problems:
        raise ModelError(problems)
    return overlay
