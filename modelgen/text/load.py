"""From the name or folder of a deal to its specification: files read, merged, typed.

A folder holds `deal.yaml` or `template.yaml`, the further files that its `files` key lists, and the
CSV tables that it names. A deal `extends` a template: the deal's text is laid over the template's.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from modelgen.problem import ModelError, Place, Problem, did_you_mean, fail
from modelgen.text.figures import FigureTable, read_excluded, read_figures
from modelgen.text.schema import AssumedText, DocumentText, ExcludedText, FigureText
from modelgen.text.tables import Row, read_table
from modelgen.text.validate import validated
from modelgen.text.yaml_text import Positioned, read_yaml


@dataclass(frozen=True)
class DealText:
    """A deal as text says it: the document, its tables, and where everything stands."""

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
        """Where the value at a path of the document stands."""
        return self.positions.place(path)

    def key_place(self, *path: str | int) -> Place | None:
        """Where the key at a path of the document stands."""
        return self.positions.key_place(path)


def shipped_folder() -> Path:
    """The folder of the templates and deals that ship: inside the wheel, or beside the package."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def shipped(kind: str) -> list[Path]:
    """The shipped folders that hold `deal.yaml` or `template.yaml`, by name."""
    return sorted(path.parent for path in shipped_folder().glob(f"*/{kind}.yaml"))


def shipped_deals() -> list[dict[str, str | None]]:
    """What ships: name, kind (deal or template), what each extends, and what it is about."""
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
    """The folder of a deal: the name of one that ships, or a path. Raises ModelError."""
    path = Path(deal)
    if path.is_file() and path.name == "deal.yaml":
        path = path.parent
    if (path / "deal.yaml").is_file():
        return path
    named = shipped_folder() / deal
    if (named / "deal.yaml").is_file():
        return named
    names = [found.name for found in shipped("deal")]
    if path.is_dir():
        raise fail(f"the folder {deal} holds no deal.yaml")
    hint = did_you_mean(deal, names) or f"deals that ship: {', '.join(names) or 'none'}"
    raise fail(f"there is no deal '{deal}', by name or as a folder", hint=hint)


def load(deal: str, overlays: tuple[Path, ...] = ()) -> DealText:
    """The specification of a deal, its template below it and overlays above it.

    Raises ModelError with all the problems of the stage that found some.
    """
    folder = find_deal(deal)
    positions = _folder_text(folder, "deal")
    extends = positions.plain.get("extends")
    if isinstance(extends, str):
        positions = _template(extends, folder, positions).merged(positions)
    texts = {place.file for place in positions.values.values()}
    overlaid: set[str] = set()
    for overlay in overlays:
        text = _overlay(overlay)
        assumptions = text.plain.get("assumptions")
        overlaid |= set(assumptions) if isinstance(assumptions, dict) else set()
        positions = _without_csv(positions, text).merged(text)
    document = validated(positions)
    problems: list[Problem] = []
    tables: dict[str, list[Row]] = {}
    figures = FigureTable()
    excluded: list[ExcludedText] = []
    try:
        if document.figures:
            figures = read_figures(folder / document.figures)
    except ModelError as error:
        problems += _placed(error, positions.place(("figures",)))
    try:
        excluded = read_excluded(folder / document.excluded) if document.excluded else []
    except ModelError as error:
        problems += _placed(error, positions.place(("excluded",)))
    for id_, assumption in document.assumptions.items():
        if assumption.csv is None or assumption.csv in tables:
            continue
        try:
            tables[assumption.csv] = read_table(folder / assumption.csv, ["period"], ["*"])
        except ModelError as error:
            problems += _placed(error, positions.place(("assumptions", id_, "csv")))
    if problems:
        raise ModelError(problems)
    named = [document.figures, document.excluded, *tables]
    texts |= {str(folder / name) for name in named if name}
    return DealText(
        document=document,
        positions=positions,
        folder=folder,
        figures=figures.figures,
        assumed=figures.assumed,
        excluded=tuple(excluded),
        tables=tables,
        overlaid=frozenset(overlaid),
        digest=_digest(texts),
    )


def _template(name: str, folder: Path, deal: Positioned) -> Positioned:
    beside = folder.parent / name
    for candidate in (beside, shipped_folder() / name):
        if (candidate / "template.yaml").is_file():
            return _folder_text(candidate, "template")
    names = [found.name for found in shipped("template")]
    raise fail(
        f"there is no template '{name}'",
        deal.place(("extends",)),
        did_you_mean(name, names) or f"templates that ship: {', '.join(names)}",
    )


def _folder_text(folder: Path, kind: str) -> Positioned:
    """The main file of a folder with the files it lists laid over it, in their order."""
    document = read_yaml(folder / f"{kind}.yaml")
    files = document.plain.pop("files", [])
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise fail("'files' should be a list of file names", document.place(("files",)))
    problems: list[Problem] = []
    for index, name in enumerate(files):
        try:
            part = read_yaml(folder / str(name))
        except ModelError as error:
            problems += _placed(error, document.place(("files", index)))
            continue
        problems += _twice(document, part)
        document = document.merged(part)
    if problems:
        raise ModelError(problems)
    return document


def _digest(files: set[str]) -> str:
    """A hash of the texts that a deal is made of, wherever they lie."""
    digest = hashlib.sha256()
    for path in sorted(map(Path, files), key=lambda path: (path.parent.name, path.name)):
        digest.update(f"{path.parent.name}/{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _placed(error: ModelError, place: Place | None) -> list[Problem]:
    """The problems of a file, those without a place put where the file is named."""
    return [Problem(p.message, p.place or place, p.hint) for p in error.problems]


def _twice(document: Positioned, part: Positioned) -> list[Problem]:
    """Scalars that two files of one folder both give: within a folder nothing overrides."""
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
    """The text below an overlay, less the CSV columns of inputs to which the overlay gives one value."""
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
        Problem(f"an overlay holds assumptions alone, not '{key}'", overlay.key_place((key,)))
        for key in overlay.plain
        if key != "assumptions"
    ]
    if problems:
        raise ModelError(problems)
    return overlay
