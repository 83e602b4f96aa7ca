"""What holds and what ties on the page: the rows of the tables of checks and figures, by the cells' items."""

from collections.abc import Iterator

from modelgen.contract import CHECKS, FIGURES
from modelgen.excel.plan import Book
from modelgen.model.plain import MemberRow
from modelgen.page.program import Json, Program


def proof_data(program: Program, book: Book) -> Json:
    """The figures with what they tie to and the items of their rows, the checks, and the items with a
    role.
    """
    model = program.model
    roles = model.roles.cells()
    return {
        "figures": list(_figures(program, book)),
        "checks": [
            {
                "id": id_,
                "label": model.items[id_].label,
                "kind": getattr(model.items[id_], "check", None) or "",
                "item": program.place(id_),
                **_cells(program, CHECKS.name, CHECKS.prefix + id_, ("holds", "largest")),
            }
            for id_ in model.checks
        ],
        "status": program.place(roles["status"]) if roles.get("status") in model.items else None,
        "holds": program.place(roles["holds"]) if roles.get("holds") in model.items else None,
        "scenario": (
            program.place(roles["scenario"]) if roles.get("scenario") in model.items else None
        ),
    }


def _figures(program: Program, book: Book) -> Iterator[Json]:
    rows = dict(_rows(program, FIGURES.name))
    keys = ("published", "computed", "difference", "tolerance", "holds")
    for figure in program.model.figures:
        cells = rows[figure.id]
        place = book.layout.row_of_member[figure.id]
        yield {
            "id": figure.id,
            "line": program.place(figure.line),
            "column": figure.column or 0,
            "period": figure.period.isoformat() if figure.period else None,
            "printed": figure.printed,
            "unit": figure.unit.id,
            "source": figure.at.source,
            "place": figure.at.place,
            "words": figure.at.words,
            "row": [list(program.model.sheets).index(place.sheet), place.row],
            **{key: program.place(cells[key]) for key in keys if key in cells},
        }


def _cells(program: Program, table: str, member: str, keys: tuple[str, ...]) -> Json:
    cells = dict(_rows(program, table))[member]
    return {key: program.place(cells[key]) for key in keys if key in cells}


def _rows(program: Program, table: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a kind of table: each member, and the ids of its cells by the columns' keys."""
    for section in program.model.sections:
        for row in section.rows if section.table == table else ():
            if isinstance(row, MemberRow):
                member = row.cells[0].rpartition(".")[0]
                yield member, dict(zip(section.keys, row.cells, strict=True))
