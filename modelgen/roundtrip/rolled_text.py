"""Writes the text of a rolled deal: a copy of the folder in which only what the roll changes is different."""

import contextlib
import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from modelgen.problem import ModelError, Place, Problem, fail
from modelgen.roundtrip.edit import Edit, edited, file_listed, first_dropped, scalar_replaced
from modelgen.text.figure_text import AssumedText, FigureText
from modelgen.text.figures import ASSUMED, FEEDS, TIES
from modelgen.text.load import DealText
from modelgen.text.printed import printed_number
from modelgen.text.reading import read_text
from modelgen.text.schema import AssumptionText, SourceText
from modelgen.text.tables import layout_of
from modelgen.text.yaml_text import read_yaml

ROLLED = "rolled.yaml"
_COLUMNS = ("line", "period", "printed", "unit", "at", "role", "sign", "precision", "basis")


@dataclass(frozen=True)
class Additions:
    """What a roll adds to a deal or changes in it. `lists` are the inputs whose values the deal lists from
    the first forecast period on.
    """

    name: str
    title: str
    rolled_from: str
    as_of: date | None
    last_actual: tuple[str, date]
    sources: dict[str, SourceText]
    comparatives: dict[str, tuple[date, ...]]
    forecasts: dict[str, AssumptionText]
    figures: tuple[FigureText, ...]
    assumed: tuple[AssumedText, ...]
    lists: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """What was written into a folder: the changed values by their paths in the document, and the origin of
    each added row of a table by its file and line.
    """

    folder: Path
    changed: Mapping[tuple[str, ...], str]
    origins: Mapping[tuple[str, int], Place]

    def in_origins(self, error: ModelError, target: Path) -> ModelError:
        """An error in the new text, placed in the file that an added row came from or, for anything else, in
        the folder that was to be written.
        """

        def moved(place: Place) -> Place:
            origin = self.origins.get((place.file, place.line))
            if origin is not None or not Path(place.file).is_relative_to(self.folder):
                return origin or place
            file = target / Path(place.file).relative_to(self.folder)
            return Place(str(file), place.line, place.column, place.width)

        return ModelError(
            Problem(p.message, moved(p.place) if p.place else None, p.hint) for p in error.problems
        )

    def proven(self, loaded: DealText) -> None:
        """Raises ModelError if the new text does not contain what should have been written."""
        for path, meant in self.changed.items():
            found: object = loaded.positions.plain
            for step in path:
                found = found.get(step) if isinstance(found, dict) else None
            if found != meant:
                key = ".".join(path)
                raise fail(
                    f"'{key}' could not be changed to '{meant}' in the text", loaded.place(*path)
                )


def write_rolled(deal: DealText, additions: Additions, folder: Path) -> Written:
    """Writes the new deal's text into an empty folder. Raises ModelError and OSError."""
    shutil.copytree(deal.folder, folder, dirs_exist_ok=True)
    rolled = _rolled(additions, folder)
    changed = _changed(deal, additions)
    _change(deal, changed, additions, folder, rolled)
    origins = _add_figures(deal, additions, folder, rolled)
    text = yaml.safe_dump(rolled, sort_keys=False, allow_unicode=True, width=110)
    head = "# Written by modelgen roll; the next roll rewrites it.\n"
    (folder / ROLLED).write_text(head + text, encoding="utf-8")
    return Written(folder, changed, origins)


def _rolled(additions: Additions, folder: Path) -> dict[str, object]:
    """The content of rolled.yaml: what earlier rolls wrote, and what this one adds."""
    before = read_yaml(folder / ROLLED).plain if (folder / ROLLED).exists() else {}
    rolled: dict[str, object] = {**before, "rolled_from": additions.rolled_from}
    for timeline, added in additions.comparatives.items():
        if added:
            listed = _below(rolled, "timelines", timeline).setdefault("comparatives", [])
            assert isinstance(listed, list)
            listed += [period.isoformat() for period in added]
    for id_, source in additions.sources.items():
        fields = source.model_dump(exclude_defaults=True)
        _below(rolled, "sources")[id_] = {key: str(value) for key, value in fields.items()}
    for id_, kept in additions.forecasts.items():
        _below(rolled, "assumptions")[id_] = kept.model_dump(exclude_none=True)
    return rolled


def _below(holder: dict[str, object], *path: str) -> dict[str, object]:
    """The mapping at a path, created if there is none."""
    for step in path:
        below = holder.setdefault(step, {})
        assert isinstance(below, dict)
        holder = below
    return holder


def _changed(deal: DealText, additions: Additions) -> dict[tuple[str, ...], str]:
    """The single values that a roll changes, by their paths in the document."""
    id_, to = additions.last_actual
    changed: dict[tuple[str, ...], str] = {
        ("name",): additions.name,
        ("title",): additions.title,
        ("assumptions", id_, "value"): to.isoformat(),
        ("assumptions", id_, "basis"): f"Rolled from {additions.rolled_from}",
    }
    if id_ not in deal.document.assumptions:
        changed[("assumptions", id_, "status")] = "derived"
    if additions.as_of is not None:
        changed[("as_of",)] = additions.as_of.isoformat()
    return changed


def _change(
    deal: DealText,
    changed: Mapping[tuple[str, ...], str],
    additions: Additions,
    folder: Path,
    rolled: dict[str, object],
) -> None:
    """Changes values in place; those that only the template gives go to rolled.yaml."""
    edits: dict[Path, list[Edit]] = {folder / "deal.yaml": []}
    for path, new in changed.items():
        place = deal.positions.values.get(path)
        own = place is not None and Path(place.file).is_relative_to(deal.folder)
        name = Path(place.file).relative_to(deal.folder) if place is not None and own else ROLLED
        if str(name) == ROLLED:
            _below(rolled, *path[:-1])[path[-1]] = new
            continue
        file = folder / name
        edits.setdefault(file, []).append(scalar_replaced(read_text(file), path, new))
    for id_ in additions.lists:
        place = deal.positions.values[("assumptions", id_, "listed")]
        file = folder / Path(place.file).relative_to(deal.folder)
        edits.setdefault(file, []).append(_list_shortened(read_text(file), id_))
    main = folder / "deal.yaml"
    edits[main] += file_listed(read_text(main), ROLLED)
    for file, found in edits.items():
        file.write_text(edited(read_text(file), found), encoding="utf-8")


def _list_shortened(text: str, id_: str) -> Edit:
    """The list without the value of the period that is actual now: it begins with the first forecast one."""
    for path in (("values", id_), ("values", id_, "values"), ("assumptions", id_, "values")):
        with contextlib.suppress(KeyError):
            return first_dropped(text, path)
    raise KeyError(id_)


def _add_figures(
    deal: DealText, additions: Additions, folder: Path, rolled: dict[str, object]
) -> dict[tuple[str, int], Place]:
    """Adds the quarter's rows to the tables, and excludes the old source's date of its own quarter. Returns
    the origin of each added row by file and line.
    """
    id_, _ = additions.last_actual
    stale = [figure for figure in deal.figures if figure.line == id_]
    rows = [*map(_figure_row, additions.figures), *map(_assumed_row, additions.assumed)]
    places = [*(f.place for f in additions.figures), *(a.place for a in additions.assumed)]
    tables = deal.document.figures
    figures = folder / _file(rolled, "figures", tables[-1] if tables else None)
    for name in tables[:-1]:
        gone = _lines_in(deal.folder / name, stale)
        if gone:
            _extend(folder / name, (), [], gone)
    gone = _lines_in(deal.folder / figures.relative_to(folder), stale)
    lines = _extend(figures, _COLUMNS, rows, gone)
    if stale:
        reason = "end of the quarter that this source reports; the deal has been rolled forward"
        moved = [{"printed": f.printed, "at": f.at.typed, "reason": reason} for f in stale]
        excluded = folder / _file(rolled, "excluded", deal.document.excluded)
        _extend(excluded, ("printed", "at", "reason"), moved, set())
    return {(str(figures), line): place for line, place in zip(lines, places, strict=True)}


def _lines_in(path: Path, figures: Sequence[FigureText]) -> set[int]:
    """The lines of a table on which these figures are."""
    return {figure.place.line for figure in figures if Path(figure.place.file) == path}


def _file(rolled: dict[str, object], key: str, name: str | None) -> str:
    """The file name of a deal's table; a deal without one gets one."""
    if name is None:
        rolled[key] = name = f"{key}.csv"
    return name


def _figure_row(figure: FigureText) -> dict[str, str]:
    coarser = not figure.is_date and float(printed_number(figure.printed)[1]) != figure.precision
    return {
        "line": figure.line,
        "period": figure.period.isoformat() if figure.period else "",
        "printed": figure.printed,
        "unit": figure.unit,
        "at": figure.at.typed,
        "role": "" if figure.feeds is None else FEEDS if figure.feeds else TIES,
        "sign": "-1" if figure.sign < 0 else "",
        "precision": f"{figure.precision:.10g}" if coarser else "",
    }


def _assumed_row(assumed: AssumedText) -> dict[str, str]:
    return {
        "line": assumed.line,
        "period": assumed.period.isoformat(),
        "printed": format(Decimal(repr(assumed.value)).normalize(), "f") + "%" * assumed.percent,
        "unit": assumed.unit,
        "role": ASSUMED,
        "basis": assumed.basis,
    }


def _extend(
    path: Path, columns: Sequence[str], rows: list[dict[str, str]], without: set[int]
) -> range:
    """Adds rows to a CSV table, with the columns they need, and removes the lines `without`. Returns the line
    numbers of the added rows.
    """
    lines = read_text(path).rstrip("\n").split("\n") if path.exists() else []
    separator, before = layout_of(lines, columns)
    new = [c for c in columns if c not in before and any(row.get(c) for row in rows)]
    header = [*before, *new] or list(columns)

    def written(cells: Sequence[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="").writerow(cells)
        return text.getvalue()

    out: list[str] = []
    begun = False
    for number, line in enumerate(lines, start=1):
        if number in without:
            continue
        bare = not line.strip() or line.startswith("#") or line.lower().startswith("sep=")
        if bare or not new:
            out.append(line)
        elif not begun:
            begun = True
            out.append(written(header))
        else:
            cells = next(csv.reader([line], delimiter=separator))[: len(before)]
            out.append(written([*cells, *[""] * (len(header) - len(cells))]))
    if not before:
        out.append(written(header))
    first = len(out) + 1
    out += [written([row.get(column, "") for column in header]) for row in rows]
    path.write_text("\n".join(out) + "\n", encoding="utf-8")
    return range(first, len(out) + 1)
