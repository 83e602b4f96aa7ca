"""The text of a rolled deal: a copy of the folder, changed where the roll changes it and nowhere else."""

import csv
import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from modelgen.problem import Place, fail
from modelgen.text.figures import ASSUMED
from modelgen.text.load import DealText
from modelgen.text.printed import printed_number
from modelgen.text.schema import AssumedText, AssumptionText, FigureText, SourceText
from modelgen.text.yaml_text import read_yaml

ROLLED = "rolled.yaml"
_PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 .,_/()-]*$")
_COLUMNS = ("line", "period", "printed", "unit", "at", "role", "sign", "precision", "basis")


@dataclass(frozen=True)
class Additions:
    """What a roll adds to a deal and changes in it."""

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


def write_folder(deal: DealText, additions: Additions, folder: Path) -> None:
    """Writes the new deal's folder, whole or not at all. Raises ModelError."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".modelgen-") as temporary:
            target = Path(temporary) / folder.name
            shutil.copytree(deal.folder, target)
            rolled = _rolled(additions, target)
            _change_scalars(deal, additions, target, rolled)
            _add_figures(deal, additions, target, rolled)
            text = yaml.safe_dump(rolled, sort_keys=False, allow_unicode=True, width=110)
            head = "# Written by modelgen roll, and written anew by the next one.\n"
            (target / ROLLED).write_text(head + text, encoding="utf-8")
            _list_file(target / "deal.yaml")
            target.rename(folder)
    except OSError as error:
        raise fail(f"{folder} cannot be written: {error.strerror}") from None


def _rolled(additions: Additions, target: Path) -> dict[str, object]:
    """The content of rolled.yaml: what an earlier roll wrote, and what this one adds."""
    before = read_yaml(target / ROLLED).plain if (target / ROLLED).exists() else {}
    sources = before.get("sources", {})
    timelines = before.get("timelines", {})
    assert isinstance(sources, dict) and isinstance(timelines, dict)
    for id_, source in additions.sources.items():
        sources[id_] = {k: str(v) for k, v in source.model_dump().items()}
    for timeline, added in additions.comparatives.items():
        if added:
            known = timelines.get(timeline, {})
            assert isinstance(known, dict)
            listed = known.get("comparatives", [])
            assert isinstance(listed, list)
            timelines[timeline] = {"comparatives": [*listed, *(p.isoformat() for p in added)]}
    rolled: dict[str, object] = {**before, "rolled_from": additions.rolled_from}
    if timelines:
        rolled["timelines"] = timelines
    if sources:
        rolled["sources"] = sources
    assumptions = before.get("assumptions", {})
    assert isinstance(assumptions, dict)
    rolled["assumptions"] = {
        **assumptions,
        **{id_: kept.model_dump(exclude_none=True) for id_, kept in additions.forecasts.items()},
    }
    return rolled


def _change_scalars(
    deal: DealText, additions: Additions, target: Path, rolled: dict[str, object]
) -> None:
    """Changes the values that the roll moves where they stand; one the template gave goes to rolled.yaml."""
    id_, to = additions.last_actual
    changes: dict[tuple[str, ...], str] = {
        ("name",): additions.name,
        ("title",): additions.title,
        ("assumptions", id_, "value"): to.isoformat(),
        ("assumptions", id_, "basis"): f"Rolled from {additions.rolled_from}",
    }
    if additions.as_of is not None:
        changes[("as_of",)] = additions.as_of.isoformat()
    edits: dict[Path, list[tuple[Place, str]]] = {}
    for path, new in changes.items():
        place = deal.positions.values.get(path)
        if place is not None and Path(place.file).parent == deal.folder:
            edits.setdefault(target / Path(place.file).name, []).append((place, new))
            continue
        holder = rolled
        for step in path[:-1]:
            below = holder.setdefault(step, {})
            assert isinstance(below, dict)
            holder = below
        holder[path[-1]] = new
    for file, found in edits.items():
        lines = file.read_text(encoding="utf-8").split("\n")
        for place, new in sorted(found, key=lambda e: (e[0].line, e[0].column), reverse=True):
            lines[place.line - 1] = _replaced(lines[place.line - 1], place, new)
        file.write_text("\n".join(lines), encoding="utf-8")


def _replaced(line: str, place: Place, new: str) -> str:
    """A line of YAML with the scalar at a place replaced, in the quotes it stands in."""
    start = place.column - 1
    before, after = line[:start], line[start + place.width :]
    quote = before[-1:] if before[-1:] in ("'", '"') and after[:1] == before[-1:] else ""
    if quote == '"':
        return before + new.replace("\\", "\\\\").replace('"', '\\"') + after
    if quote == "'":
        return before + new.replace("'", "''") + after
    if not _PLAIN.match(new) or ("{" in before and "," in new):
        new = "'" + new.replace("'", "''") + "'"
    return before + new + after


def _add_figures(
    deal: DealText, additions: Additions, target: Path, rolled: dict[str, object]
) -> None:
    """Adds the quarter's rows to the tables; the old source's own date of its quarter goes beside."""
    id_, _ = additions.last_actual
    stale = [figure for figure in deal.figures if figure.line == id_]
    rows = [*map(_figure_row, additions.figures), *map(_assumed_row, additions.assumed)]
    figures = _file(rolled, "figures", deal.document.figures)
    _extend(target / figures, _COLUMNS, rows, {figure.place.line for figure in stale})
    if stale:
        reason = "end of the quarter that this source reports; the deal was rolled on"
        moved = [{"printed": f.printed, "at": f.at.typed, "reason": reason} for f in stale]
        excluded = _file(rolled, "excluded", deal.document.excluded)
        _extend(target / excluded, ("printed", "at", "reason"), moved, set())


def _file(rolled: dict[str, object], key: str, name: str | None) -> str:
    """The name of a deal's table; a deal that has none gets one."""
    if name is None:
        rolled[key] = name = f"{key}.csv"
    return name


def _figure_row(figure: FigureText) -> dict[str, str]:
    coarser = figure.unit != "date" and float(printed_number(figure.printed)[1]) != figure.precision
    return {
        "line": figure.line,
        "period": figure.period.isoformat() if figure.period else "",
        "printed": figure.printed,
        "unit": figure.unit,
        "at": figure.at.typed,
        "role": "feeds and ties" if figure.feeds else "ties",
        "sign": "-1" if figure.sign < 0 else "",
        "precision": f"{figure.precision:.10g}" if coarser else "",
    }


def _assumed_row(assumed: AssumedText) -> dict[str, str]:
    return {
        "line": assumed.line,
        "period": assumed.period.isoformat(),
        "printed": f"{assumed.value:.10g}",
        "unit": assumed.unit,
        "role": ASSUMED,
        "basis": assumed.basis,
    }


def _extend(
    path: Path, columns: tuple[str, ...], rows: list[dict[str, str]], without: set[int]
) -> None:
    """Adds rows to a CSV table, with the columns they need; leaves out the lines `without`."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    header: list[str] = []
    out: list[str] = []
    added = 0
    for number, line in enumerate(lines, start=1):
        if number in without:
            continue
        if not line.strip() or line.startswith("#"):
            out.append(line)
        elif not header:
            header = [cell.strip() for cell in next(csv.reader([line]))]
            new = [c for c in columns if c not in header and any(row.get(c) for row in rows)]
            header, added = header + new, len(new)
            out.append(",".join([line, *new]))
        else:
            out.append(line + "," * added)
    if not header:
        header = list(columns)
        out.append(",".join(header))
    for row in rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([row.get(column, "") for column in header])
        out.append(text.getvalue())
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


def _list_file(path: Path) -> None:
    """Names rolled.yaml among the deal's files."""
    deal = read_yaml(path)
    files = deal.plain.get("files")
    lines = path.read_text(encoding="utf-8").split("\n")
    if not isinstance(files, list):
        at = deal.keys[("name",)].line
        lines.insert(at, f"files: [{ROLLED}]")
    elif ROLLED in files:
        return
    elif not files:
        place = deal.values[("files",)]
        lines[place.line - 1] = f"files: [{ROLLED}]"
    else:
        place = deal.values[("files", len(files) - 1)]
        line = lines[place.line - 1]
        if line.lstrip().startswith("- "):
            indent = line[: len(line) - len(line.lstrip())]
            lines.insert(place.line, f"{indent}- {ROLLED}")
        else:
            end = line.index("]", place.column)
            lines[place.line - 1] = f"{line[:end]}, {ROLLED}{line[end:]}"
    path.write_text("\n".join(lines), encoding="utf-8")
