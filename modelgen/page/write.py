"""Writes the page: one HTML file that holds the model, computes it, and asks for nothing from anywhere.

The content security policy admits only the scripts and the style whose digests it names. All data stand in
a block of JSON that no browser runs, and the view shows texts as texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from modelgen.evaluate.study import Complete
from modelgen.excel.address import Address
from modelgen.excel.layout import lay_out
from modelgen.excel.plan import Book, book_of, kind_of
from modelgen.excel.render import in_names
from modelgen.files import write_text
from modelgen.formula.describe import describe
from modelgen.model.plain import Line, Model
from modelgen.page.bundle import MODEL, VIEW, hash_of, joined, style
from modelgen.page.javascript import safe_json
from modelgen.page.program import Json, Program, program_of
from modelgen.page.proof import proof_data
from modelgen.page.sheets import Sheets
from modelgen.page.sources import source_data
from modelgen.page.turned import laws_of, output_ids, turned_inputs
from modelgen.text.readers import Document

VERSION = 1
"""The version of the page's data, for programs that read them."""


def page_data(evaluation: Complete, documents: Mapping[str, Document]) -> tuple[Json, Program]:
    """What a page holds, for JSON, and the model's program; `documents` are its sources as read, by id."""
    model = evaluation.model
    book = book_of(lay_out(model, lambda kind, dated: kind_of(kind).first_row(dated)))
    program = program_of(model)
    sheets = Sheets(evaluation, book, program).data()
    _add_words(program, book)
    turned = turned_inputs(evaluation)
    data = {
        "version": VERSION,
        "deal": model.name,
        "company": model.company,
        "title": model.title,
        "as_of": model.as_of.isoformat(),
        "digest": model.digest,
        **program.data,
        **sheets,
        "proof": proof_data(program, book),
        "sources": source_data(model, documents),
        "outputs": [program.place(id_) for id_ in output_ids(model)],
        "turned": [[program.place(id_), end] for id_, end in turned.items()],
        "vary": laws_of(evaluation, turned),
    }
    return data, program


def _add_words(program: Program, book: Book) -> None:
    """Adds each line's formula in names and in words, and its note."""
    model = program.model

    def label_of(id_: str) -> str:
        return model.items[id_].label

    for data in program.data["items"]:
        item = model.items[data["id"]]
        if isinstance(item, Line):
            place = book.layout.places.get(item.id)
            if place is not None:
                here = replace(place, column=0) if item.timeline else place
                data["names"] = in_names(item.expression, book.layout, here)
            else:
                data["names"] = in_names(item.expression, book.layout, Address("", 0, 0))
            if not item.record:
                data["words"] = describe(item.expression, label_of)
        note = getattr(item, "note", "")
        if note:
            data["note"] = note


def page_text(model: Model, data: Json, program: Program) -> str:
    """The HTML of a page; if its data say where overlays are saved, it may send them there."""
    start = (
        'const program = JSON.parse(document.getElementById("data").textContent);\n'
        "const model = new Model(program, FACTORIES);\n"
        "const follows = new Set();\n"
        "window.modelgen = programmed(model, (stale) => follows.forEach((follow) => follow(stale)));\n"
        "window.page = { model, data: program, follows };\n"
    )
    scripts = [
        f'"use strict";\n{joined(MODEL)}\n{program.script()}{start}',
        # In a scope of its own: what the two scripts name alike does not meet.
        f'"use strict";\n{{\n{joined(VIEW)}\n}}\n',
    ]
    looks = style()
    connect = " connect-src 'self';" if "save" in data else ""
    policy = (
        f"default-src 'none';{connect} script-src {' '.join(hash_of(text) for text in scripts)}; "
        f"style-src {hash_of(looks)}; base-uri 'none'; form-action 'none'"
    )
    title = escape(f"{model.company}: {model.title}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{looks}</style>\n</head>\n<body>\n"
        f'<script type="application/json" id="data">{safe_json(data)}</script>\n'
        + "".join(f"<script>{text}</script>\n" for text in scripts)
        + "</body>\n</html>\n"
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The size of a page in bytes, and how many formulas it computes: a line's in each of its columns, and
    those of the sheets themselves.
    """

    size: int
    formulas: int


def served_text(evaluation: Complete, documents: Mapping[str, Document], save: str) -> str:
    """The HTML of a page that is served, and sends its overlays to the address `save`, beside its own."""
    data, program = page_data(evaluation, documents)
    return page_text(evaluation.model, {**data, "save": save}, program)


def write_page(
    evaluation: Complete, target: Path, documents: Mapping[str, Document] | None = None
) -> Written:
    """Writes the page of an evaluated model, whole or not at all. Raises ModelError if the file cannot be
    written.
    """
    data, program = page_data(evaluation, documents or {})
    text = page_text(evaluation.model, data, program)
    write_text(target, text)
    columns = [len(timeline["ends"]) for timeline in data["timelines"]]
    lines = (item for item in data["items"] if item["kind"] == "line")
    cells = sum(columns[item["timeline"]] if "timeline" in item else 1 for item in lines)
    return Written(len(text.encode()), cells + len(data["own"]))
