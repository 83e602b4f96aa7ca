"""The folders of deals, templates and modules: where they are, and their YAML files read as one document."""

from dataclasses import dataclass
from pathlib import Path

from modelgen.problem import ModelError, Place, Problem, did_you_mean, fail
from modelgen.text.reading import file_in
from modelgen.text.short import read_written_out
from modelgen.text.yaml_text import Positioned

DEAL, TEMPLATE, MODULE = "deal", "template", "module"


@dataclass(frozen=True)
class Folder:
    """The YAML files of a folder, read as one document."""

    positions: Positioned
    folder: Path
    names: tuple[str, ...]


def shipped_folder() -> Path:
    """The folder of the templates, modules and deals that ship: inside the wheel, or next to the package."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def holding(folder: Path, kind: str) -> list[Path]:
    """The folders within a folder that hold `deal.yaml`, `template.yaml` or `module.yaml`, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{kind}.yaml"))


def beside(folder: Path) -> Path:
    """The folder in which a deal's folder stands."""
    named = folder.name not in ("", "..")
    return folder.parent if named else folder.resolve().parent


def found_folder(kind: str, name: str, parents: list[Path], place: Place | None) -> Folder:
    """The template or module of that name in the first of `parents` that has it. Raises ModelError with the
    nearest name and those there are.
    """
    for parent in parents:
        try:
            candidate = file_in(parent, name)
        except ModelError as error:
            raise ModelError(placed(error, place)) from None
        if (candidate / f"{kind}.yaml").is_file():
            return folder_text(candidate, kind)
    names = known_names(kind, parents)
    listed = f"available {kind}s: {', '.join(names) or 'none'}"
    near = did_you_mean(name, names)
    hint = "; ".join(part for part in (near, listed if kind == MODULE or not near else "") if part)
    raise fail(f"there is no {kind} '{name}'", place, hint)


def known_names(kind: str, parents: list[Path]) -> list[str]:
    """The names of the templates or modules in some folders, each once."""
    return list(dict.fromkeys(found.name for parent in parents for found in holding(parent, kind)))


def folder_text(folder: Path, kind: str) -> Folder:
    """The main file of a folder merged with the files it lists, in their order."""
    main = f"{kind}.yaml"
    listing = read_written_out(folder / main)
    files, document = listing.plain.get("files", []), listing.without("files")
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise fail("'files' should be a list of file names", listing.place(("files",)))
    names = [str(name) for name in files]
    root = document.values[()]
    problems: list[Problem] = []
    for index, name in enumerate(names):
        try:
            part = read_written_out(file_in(folder, name))
        except ModelError as error:
            problems += placed(error, listing.place(("files", index)))
            continue
        problems += given_twice(document, part)
        document = document.merged(part)
        document.values[()] = root
    if problems:
        raise ModelError(problems)
    return Folder(document, folder, (main, *names))


def placed(error: ModelError, place: Place | None) -> list[Problem]:
    """The problems of a file; those without a place are placed where the file is named."""
    return [Problem(p.message, p.place or place, p.hint) for p in error.problems]


def given_twice(document: Positioned, part: Positioned) -> list[Problem]:
    """Scalars given by two files of one folder, or by two modules: there nothing may override anything."""
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
            problems.append(
                Problem(f"'{key}' is given twice", place, f"first in {first.seen_from(place)}")
            )
    return problems
