"""Loads a deal's text by name or folder: reads the files, merges them and types the result.

A folder holds `deal.yaml`, `template.yaml` or `module.yaml`, the other files that its `files` key lists, and
the CSV tables that it names. A deal `uses` modules and may extend a template, which may use modules itself:
the template's text is laid over that of the modules, and the deal's over both.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from modelgen.fiscal import CALENDAR_YEAR, BadPeriodError, Fiscal
from modelgen.problem import ModelError, Place, Problem, did_you_mean, fail
from modelgen.text.calendar_text import CalendarText
from modelgen.text.currency import fill_currency
from modelgen.text.figure_text import AssumedText, ExcludedText, FigureText
from modelgen.text.figures import FigureTable, joined, read_excluded, read_figures
from modelgen.text.folders import (
    DEAL,
    MODULE,
    TEMPLATE,
    beside,
    folder_text,
    found_folder,
    holding,
    placed,
    shipped_folder,
)
from modelgen.text.local_forms import local_forms
from modelgen.text.modules import Modules
from modelgen.text.reading import file_in
from modelgen.text.schema import DocumentText, SectionText, SheetText
from modelgen.text.short import read_written_out
from modelgen.text.tables import Row, read_table
from modelgen.text.validate import validated
from modelgen.text.yaml_text import Path_, Positioned, read_yaml

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
    modules: tuple[str, ...] = ()
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
        return found if self.is_own(found) else self.place()

    def is_own(self, place: Place | None) -> bool:
        """Whether a place is in the deal's own text, and not in that of a template or module."""
        return place is not None and Path(place.file).is_relative_to(self.folder)

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
        """The ids of the timelines that a sheet of the deal runs by, and of the bands beside them."""
        sheets = self.sheets().values()
        on_sheets = {sheet.timeline for sheet in sheets}
        used = {id_ for id_ in self.document.timelines if id_ in on_sheets}
        bands = {f"{s.timeline}.{band}" for s in sheets if s.timeline in used for band in s.bands}
        return frozenset(used | bands)

    def sheets(self) -> dict[str, SheetText]:
        """The sheets that the deal uses, in reading order: those for rolled deals only if it was rolled. A
        sheet that gives no order stands after the one that it is written after.
        """
        order: dict[str, int] = {}
        latest = 0
        for name, sheet in self.document.sheets.items():
            latest = order[name] = latest if sheet.order is None else sheet.order
        return {
            name: self.document.sheets[name]
            for name in sorted(order, key=order.__getitem__)
            if name not in self.document.drop
            and (self.rolled or not self.document.sheets[name].once_rolled)
        }


def shipped(kind: str) -> list[Path]:
    """The shipped folders that hold `deal.yaml`, `template.yaml` or `module.yaml`, by folder name."""
    return holding(shipped_folder(), kind)


def shipped_deals() -> list[dict[str, object]]:
    """What ships: for each deal, template and module its name, kind, what it extends, the modules that it
    needs or uses, and a description.
    """
    found: list[dict[str, object]] = []
    for kind in (DEAL, TEMPLATE, MODULE):
        for folder in shipped(kind):
            text = read_yaml(folder / f"{kind}.yaml").plain
            about = f"{text.get('company', '')}: {text.get('title', '')}".strip(": ")
            extends = text.get("extends")
            needs = text.get("needs" if kind == MODULE else "uses", [])
            found.append(
                {
                    "name": folder.name,
                    "kind": kind,
                    "extends": extends if isinstance(extends, str) else None,
                    "needs": needs if isinstance(needs, list) else [],
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
    own = folder_text(find_deal(deal), DEAL)
    folder, positions, root = own.folder, own.positions, own.positions.values[()]
    texts = {(DEAL, name): folder / name for name in own.names}
    parents = [beside(folder), shipped_folder()]
    modules = Modules(parents)
    extends = positions.plain.get("extends")
    template = None
    if isinstance(extends, str):
        template = found_folder(TEMPLATE, extends, parents, positions.place(("extends",)))
        texts |= {(TEMPLATE, name): template.folder / name for name in template.names}
        modules.use(template.positions)
    modules.use(positions)
    for name, module in modules.used.items():
        texts |= {(f"{MODULE} {name}", file): module.folder / file for file in module.names}
    below = modules.merged()
    if template is not None:
        over = modules.own_part(template.positions).without("name")
        below = over if below is None else below.merged(over)
    positions = modules.own_part(positions)
    if below is not None:
        positions = below.merged(positions)
        positions.values[()] = root
    if modules.problems:
        raise ModelError(modules.problems)
    overlaid: set[str] = set()
    for overlay in overlays:
        text = _overlay(overlay)
        assumptions = text.plain.get("assumptions")
        overlaid |= set(assumptions) if isinstance(assumptions, dict) else set()
        positions = _under(positions, text).merged(text)
    problems = fill_currency(positions)
    tables = _Tables(folder, positions)
    try:
        document = validated(positions)
    except ModelError as error:
        # What is wrong with the tables of figures does not depend on the text: it is said in the same run.
        tables.figures(_named_tables(positions), _fiscal_if_known(positions))
        raise ModelError([*problems, *error.problems, *tables.problems]) from None
    excluded = list[ExcludedText]()
    figures = tables.figures(document.figures, fiscal_of(document))
    if document.excluded is not None:
        excluded = tables.read(document.excluded, read_excluded, ("excluded",)) or excluded
    rows: dict[str, list[Row]] = {}
    for id_, assumption in document.assumptions.items():
        if assumption.csv is not None and assumption.csv not in rows:
            at: Path_ = ("assumptions", id_, "csv")
            rows[assumption.csv] = tables.read(assumption.csv, _read_periods, at) or []
    if problems or tables.problems:
        raise ModelError([*problems, *tables.problems])
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
        modules=tuple(modules.used),
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
            self.problems += placed(error, self.positions.place(at))
            return None

    def figures(self, names: Sequence[str], fiscal: Fiscal) -> FigureTable:
        """The tables of figures as one."""
        listed = len(names) > 1
        return joined(
            self.read(
                name,
                lambda path: read_figures(path, fiscal),
                ("figures", index) if listed else ("figures",),
            )
            for index, name in enumerate(names)
        )


def _named_tables(positions: Positioned) -> list[str]:
    """The tables of figures that a text names, if it can be told before the text is typed."""
    named = positions.plain.get("figures", [])
    names = named if isinstance(named, list) else [named]
    return [name for name in names if isinstance(name, str)]


def _fiscal_if_known(positions: Positioned) -> Fiscal:
    """The fiscal year of a text that could not be typed: its calendar's, if that can."""
    try:
        return CalendarText.model_validate(positions.plain.get("calendar")).fiscal
    except ValidationError:
        return CALENDAR_YEAR


def _read_periods(path: Path) -> list[Row]:
    """A table of values by period, whose columns may have any names."""
    rows = read_table(path, ["period"], ["*"])
    columns = [column for column in (rows[0].cells if rows else ()) if column != "period"]
    problems, _ = local_forms(rows, ["period"], columns)
    if problems:
        raise ModelError(problems)
    return rows


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


def _under(below: Positioned, overlay: Positioned) -> Positioned:
    """The text under an overlay, without what an overlay's value replaces as a whole: a CSV column or list of
    values and, unless the overlay has its own, the status and basis, which were another value's.
    """
    old, new = below.plain.get("assumptions"), overlay.plain.get("assumptions")
    if isinstance(old, dict) and isinstance(new, dict):
        for id_, text in new.items():
            given = old.get(id_)
            if not isinstance(text, dict) or not isinstance(given, dict):
                continue
            gone: tuple[str, ...] = ()
            if "value" in text or "listed" in text:
                gone = ("csv", "column", "unit", "listed", "value")
            if not text.keys() & {"status", "basis", "at"}:
                gone = (*gone, "status", "basis", "at")
            for key in gone:
                given.pop(key, None)
    return below


def _overlay(path: Path) -> Positioned:
    overlay = read_written_out(path)
    problems = [
        Problem(f"an overlay may hold only values, not '{key}'", overlay.key_place((key,)))
        for key in overlay.plain
        if key != "assumptions"
    ]
    if problems:
        raise ModelError(problems)
    return overlay
