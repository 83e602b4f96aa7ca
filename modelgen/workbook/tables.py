"""The tables of a workbook, by the contract's names, and what has been lost of them since it was built."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from modelgen.contract import SEAL, SEALED, TableKind, evidence_digest, seal_from, tables_of
from modelgen.problem import ModelError, Problem
from modelgen.workbook.contents import Contents, Key, Value


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells by the keys of the columns."""

    cells: Mapping[str, Key]
    constants: Mapping[Key, Value]

    def value(self, key: str) -> Value:
        """The constant in a column."""
        return self.constants.get(self.cells[key]) if key in self.cells else None

    def text(self, key: str) -> str:
        """The constant in a column as text; empty if blank."""
        value = self.value(key)
        return "" if value is None else str(value)

    def number(self, key: str) -> float | None:
        """The number in a column, None if there is none."""
        value = self.value(key)
        return value if isinstance(value, float) else None

    def flag(self, key: str) -> bool:
        """Whether the column holds 1."""
        return self.value(key) == 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table in the workbook: its kind and name in the contract, and its rows."""

    kind: TableKind
    name: str
    rows: tuple[Row, ...]


def tables_in(contents: Contents) -> tuple[Table, ...]:
    """The tables that the workbook's names describe, without rows inserted blank. Raises ModelError with
    every name that a table lacks.
    """
    found = []
    problems: list[Problem] = []
    for kind, table, columns in tables_of(contents.names):
        missing = [key for key in kind.columns if key not in columns]
        problems += [
            Problem(
                f"{contents.path}: {kind.noun} has lost its column '{key}' ({kind.columns[key]})",
                hint="its defined name was deleted: restore it, or rebuild the workbook",
            )
            for key in missing
        ]
        if not missing:
            found.append(Table(kind, table, tuple(_rows(contents, kind, columns))))
    if problems:
        raise ModelError(problems)
    return tuple(found)


def _rows(contents: Contents, kind: TableKind, columns: Mapping[str, str]) -> Iterator[Row]:
    areas = {key: contents.names[name] for key, name in columns.items()}
    lead = areas["id" if "id" in kind.columns else next(iter(areas))]
    for offset in range(lead.last_row - lead.row + 1):
        cells = {key: (area.sheet, area.row + offset, area.column) for key, area in areas.items()}
        row = Row(cells, contents.constants)
        if "id" not in kind.columns or row.text("id"):
            yield row


def lost_since(contents: Contents, tables: Sequence[Table], roles: int) -> Iterator[str]:
    """In words, what the workbook had when built and no longer has, or has otherwise: rows of tables, areas
    of sheets, roles, and the constants of its tables.
    """
    area = contents.names.get(SEAL)
    seal = None
    if area is not None:
        text = contents.constants.get((area.sheet, area.row, area.column))
        seal = seal_from(str(text or ""))
    if seal is None:
        yield "the seal of the workbook's tables is gone: whether they are as they were built is not known"
        return
    now = {table.name: len(table.rows) for table in tables}
    now |= {f"sheet.{name}": len(found) for name, found in contents.areas.items()}
    now["roles"] = roles
    complete = True
    for name, built in seal.counts.items():
        if now.get(name, 0) < built:
            complete = False
            yield f"of {name.replace('sheet.', 'the areas ')}, only {now.get(name, 0)} of {built} are left"
    rows = (
        (
            table.name,
            {k: row.value(k) for k, cell in row.cells.items() if cell not in contents.formulas},
        )
        for table in tables
        if table.kind.name in SEALED
        for row in table.rows
    )
    if complete and evidence_digest(rows) != seal.digest:
        yield "a constant in the tables of figures, checks or stamps, or on the map, was changed"
