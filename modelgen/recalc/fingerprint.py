"""Which formulas of a workbook are not those it was built with, found without its text.

Each line's formula in names travels on the map; the cells of a table of record are held against each
other; a formula in a cell that belongs to nothing of ours was added.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from modelgen.recalc.contents import Value, a1
from modelgen.recalc.directory import Entry, RecordRow, record_tables
from modelgen.recalc.naming import Naming

OWN, MASTER = "modelgen.", "model.status"


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A cell of a line whose formula is not what it was at build, or one that was added."""

    cell: str
    id: str
    was: str
    now: str

    @property
    def words(self) -> str:
        """What happened, in a sentence."""
        if not self.was:
            return f"{self.cell}: formula added: {self.now}"
        return f"{self.cell} ({self.id}): formula replaced by {self.now}"


def overwritten(naming: Naming) -> list[Overwritten]:
    """The cells of lines and of tables of record that were overtyped, cleared, or given another formula;
    and formulas typed where a workbook has none, whose `was` is empty.
    """
    found: list[Overwritten] = []
    for entry in naming.directory.lines.values():
        if not entry.formula:
            continue
        found += _odd_total(naming, entry)
        for cell in entry.cells:
            value = naming.contents.constants.get(cell)
            if cell in naming.contents.formulas:
                now = naming.formula(cell)
                if now != entry.formula and not _comparative(entry.formula, now):
                    found.append(Overwritten(a1(cell), entry.id, entry.formula, now))
            elif not (entry.id.endswith(".period_end") and isinstance(value, float)):
                # The ends of comparative periods are given, not computed.
                found.append(Overwritten(a1(cell), entry.id, entry.formula, _plain(value)))
    found += [odd for rows in record_tables(naming.contents) for odd in _odd_records(naming, rows)]
    return found + _added(naming)


def _added(naming: Naming) -> list[Overwritten]:
    """Formulas that stand in no line, table, header, total or selector of ours."""
    names = naming.contents.names
    own = {
        cell for name in names if name.startswith(OWN) for cell in naming.contents.held(names[name])
    }
    rows: dict[tuple[str, int], set[str]] = {}
    for cell, (entry, _) in naming.named.items():
        rows.setdefault(cell[:2], set()).add(entry.id)
    found = []
    for key in naming.contents.formulas:
        if key in naming.named or key in own or naming.is_header(key):
            continue
        now = naming.formula(key)
        beside = rows.get(key[:2], ())
        usual = now == f"={MASTER}" or any(
            now == f"=SUM({id_}[all])" or now.startswith(f"=CHOOSE({id_},") for id_ in beside
        )
        above = (key[0], key[1] - 1, key[2])
        if not usual and not (naming.is_header(above) and now.startswith("=IF(")):
            found.append(Overwritten(a1(key), "", "", now))
    return found


def _odd_total(naming: Naming, entry: Entry) -> Iterator[Overwritten]:
    """The total that stands before the periods of a row, where it is not the sum of the row."""
    header = naming.contents.header_of_sheet.get(entry.cells[0][0]) if entry.is_row else None
    if header is None:
        return
    heads = (
        (column, naming.contents.constants.get((header.sheet, header.row, column)))
        for column in range(1, header.column)
    )
    column = next((c for c, head in heads if isinstance(head, str) and "Total" in head), None)
    if column is None:
        return
    cell = (header.sheet, entry.cells[0][1], column)
    total = f"=SUM({entry.id}[all])"
    if cell in naming.contents.formulas and naming.formula(cell) != total:
        yield Overwritten(a1(cell), entry.id, total, naming.formula(cell))
    elif isinstance(naming.contents.constants.get(cell), float):
        yield Overwritten(a1(cell), entry.id, total, _plain(naming.contents.constants[cell]))


def _odd_records(naming: Naming, rows: list[RecordRow]) -> Iterator[Overwritten]:
    """The cells of a table of record whose formula is unlike those of its column, its subject apart."""
    for head in rows[0].cells if rows else ():
        cells = [(row, row.cells[head]) for row in rows]
        forms = {
            cell: re.sub(
                rf"(?<![\w.]){re.escape(row.subject)}(@[\d-]+|\[all\])?(?![\w.])",
                "subject",
                naming.formula(cell),
            )
            for row, cell in cells
            if cell in naming.contents.formulas
        }
        if len(forms) * 2 <= len(cells):
            continue
        counts = Counter(forms.values())
        common, most = counts.most_common(1)[0]
        for row, cell in cells:
            form = forms.get(cell)
            if form is None:
                yield Overwritten(
                    a1(cell), row.subject, common, _plain(naming.contents.constants.get(cell))
                )
            elif counts[form] == 1 < most and naming.formula(cell) != common:
                yield Overwritten(a1(cell), row.subject, common, naming.formula(cell))


def _comparative(formula: str, now: str) -> bool:
    """Whether a comparative column shows the actual part of IF(actual, part, forecast)."""
    flag, comma, rest = formula.partition(",")
    return bool(comma) and flag.startswith("=IF(") and rest.startswith(f"{now[1:]},")


def _plain(value: Value) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
