"""The audit rules: one small function each, with an id, a reason why it matters, and a severity.

They are listed in one table, RULES, at the end; other packages add theirs through the entry points
`modelgen.audit_rules`, each a Rule or a sequence of Rules.

They follow the workbook standard (docs/workbook-standard.md), the FAST standard and the practice of model
auditors, and work on any .xlsx.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from modelgen import plugins
from modelgen.problem import EngineError
from modelgen.review.view import WorkbookView, cell_name
from modelgen.workbook.contents import ERRORS, Area, Key, a1

GROUP = "modelgen.audit_rules"
LOW, MEDIUM, HIGH = "low", "medium", "high"
SEVERITIES = (LOW, MEDIUM, HIGH)
LONGEST, DEEPEST = 1024, 8
_VOLATILE = re.compile(r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO)\(", re.IGNORECASE)

Hits = Iterator[tuple[str, str]]
"""Pairs of a place and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An audit rule; `find` returns the places that break it, each with what is wrong there."""

    id: str
    severity: str
    title: str
    why: str
    find: Callable[[WorkbookView], Hits]


def constants_in_formulas(view: WorkbookView) -> Hits:
    """Formulas with numbers other than 0 and 1."""
    for key, tokens in view.tokens.items():
        numbers = [t.value for t in tokens if t.type == "OPERAND" and t.subtype == "NUMBER"]
        odd = [n for n in numbers if float(n) not in (0.0, 1.0)]
        if odd:
            yield a1(key), f"holds {', '.join(odd)}"


def odd_in_row(view: WorkbookView) -> Hits:
    """Cells that break a run of equal formulas along a row: a different formula, or a number typed over
    one.
    """
    yield from _odd(view, across=True)


def odd_in_column(view: WorkbookView) -> Hits:
    """Cells that break a run of equal formulas down a column."""
    yield from _odd(view, across=False)


def _odd(view: WorkbookView, across: bool) -> Hits:
    lines: dict[tuple[str, int], list[int]] = {}
    for key in {*view.contents.formulas, *view.contents.constants}:
        if view.is_number(key) or key in view.contents.formulas:
            line, place = (key[1], key[2]) if across else (key[2], key[1])
            lines.setdefault((key[0], line), []).append(place)
    for (sheet, line), places in sorted(lines.items()):
        for run in _runs(sorted(places)):
            keys: list[Key] = [(sheet, line, p) if across else (sheet, p, line) for p in run]
            yield from _odd_in_run(view, keys, 3 if across else 5)


def _runs(places: list[int]) -> Iterator[list[int]]:
    run = places[:1]
    for before, here in pairwise(places):
        if here != before + 1:
            yield run
            run = []
        run.append(here)
    if run:
        yield run


def _odd_in_run(view: WorkbookView, keys: list[Key], least: int) -> Hits:
    shapes = [view.shapes.get(key, "") for key in keys]
    if len(keys) < least:
        return
    common, count = (
        Counter(shape for shape in shapes if shape).most_common(1)[0] if any(shapes) else ("", 0)
    )
    needed = 2 if len(keys) == 3 else 0.75 * len(keys)
    if not common or count < needed or count == len(keys):
        return
    for key, shape in zip(keys, shapes, strict=True):
        if shape != common:
            what = (
                "a formula unlike its neighbours"
                if shape
                else "a number where its neighbours have a formula"
            )
            yield a1(key), what


def numbers_as_text(view: WorkbookView) -> Hits:
    """Texts that read as numbers, where a formula or adjacent cells expect a number."""
    for key, value in view.contents.constants.items():
        if not isinstance(value, str) or not re.fullmatch(
            r"\s*[-(]?[$€£]?\d[\d,. ]*%?\)?\s*", value
        ):
            continue
        sheet, row, column = key
        beside = view.is_number((sheet, row, column - 1)) and view.is_number(
            (sheet, row, column + 1)
        )
        among = view.is_number((sheet, row - 1, column)) and view.is_number(
            (sheet, row + 1, column)
        )
        if key in view.referenced or beside or among:
            yield a1(key), f"holds the text '{value}'"


def unused_inputs(view: WorkbookView) -> Hits:
    """Inputs (blue numbers) that no formula refers to."""
    for key in sorted(view.blue):
        if key not in view.referenced:
            yield a1(key), "no formula refers to it"


def inputs_without_label(view: WorkbookView) -> Hits:
    """Inputs (blue numbers) with no text to their left, or none in the column of units."""
    units = {
        key[0]: key[2]
        for key, value in view.contents.constants.items()
        if isinstance(value, str) and value.strip().lower() == "unit"
    }
    for key in sorted(view.blue):
        sheet, row, column = key
        texts = [c for c in range(1, column) if view.text((sheet, row, c))]
        if not texts:
            yield a1(key), "has no label"
        elif sheet in units and not view.text((sheet, row, units[sheet])):
            yield a1(key), "has no unit"


def volatile_functions(view: WorkbookView) -> Hits:
    """Formulas with functions that recalculate on every change."""
    for key, text in view.contents.formulas.items():
        found = _VOLATILE.search(text)
        if found:
            yield a1(key), f"uses {found[1].upper()}"


def external_links(view: WorkbookView) -> Hits:
    """References and links to other files."""
    for key, tokens in view.tokens.items():
        references = (t.value for t in tokens if t.type == "OPERAND" and t.subtype == "RANGE")
        # A bracket after the sheet's name, or without one, is a column of a table: Sales[Net].
        if any("[" in reference.rpartition("!")[0] for reference in references):
            yield a1(key), "refers to another file"
    for part in view.parts:
        if part.startswith("xl/externalLinks/") and part.endswith(".xml"):
            yield "workbook", f"contains a link to another file ({part})"


def circular_references(view: WorkbookView) -> Hits:
    """Formulas that depend on themselves."""
    formulas = view.contents.formulas
    graph = {
        key: {cell for area in areas for cell in view.contents.held(area) if cell in formulas}
        for key, areas in view.areas.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = [a1(key) for key in error.args[1]]
        yield ring[0], f"depends on itself: {' -> '.join(ring)}"


def error_values(view: WorkbookView) -> Hits:
    """Cells whose value is an error."""
    for source in (view.cached, view.contents.constants):
        for key, value in source.items():
            if isinstance(value, str) and value in ERRORS:
                yield a1(key), f"shows {value}"


def hidden_things(view: WorkbookView) -> Hits:
    """Hidden sheets, rows and columns."""
    for place in view.hidden:
        yield place, "is hidden"


def merged_cells(view: WorkbookView) -> Hits:
    """Merged cells that contain or adjoin numbers."""
    for area in view.merged:
        around = Area(
            area.sheet, area.row - 1, area.column - 1, area.last_row + 1, area.last_column + 1
        )
        if any(view.is_number(key) for key in view.contents.held(around)):
            yield cell_name(area.sheet, area.row, area.column), "is merged next to numbers"


def long_formulas(view: WorkbookView) -> Hits:
    """Formulas that are too long or nested too deeply to be read."""
    for key, tokens in view.tokens.items():
        depth = deepest = 0
        for token in tokens:
            depth += {"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0)
            deepest = max(deepest, depth)
        length = len(view.contents.formulas[key])
        if length > LONGEST or deepest > DEEPEST:
            yield a1(key), f"has {length} characters and {deepest} levels of nesting"


def ranges_cut_short(view: WorkbookView) -> Hits:
    """Sums whose range ends before a number that follows it without a gap, and that is no subtotal of it."""
    for key, areas in view.areas.items():
        if "SUM(" not in view.contents.formulas[key].upper():
            continue
        for area in areas:
            for missed in _between(area, key):
                if not view.is_number(missed) or _is_total_of(view, missed, area):
                    break
                if not any(reached.holds(missed) for reached in areas):
                    yield a1(key), f"its range ends before {a1(missed)}"
                    break


def _is_total_of(view: WorkbookView, key: Key, area: Area) -> bool:
    """Whether a cell's formula reads the whole of a range."""
    return any(
        read.sheet == area.sheet
        and read.column <= area.column <= area.last_column <= read.last_column
        and read.row <= area.row <= area.last_row <= read.last_row
        for read in view.areas.get(key, ())
    )


def _between(area: Area, key: Key) -> list[Key]:
    """The cells between a column (or row) range and a formula below (or to the right of) it."""
    if area.sheet != key[0] or area.is_cell:
        return []
    if area.column == area.last_column == key[2] and key[1] > area.last_row:
        return [(key[0], row, key[2]) for row in range(area.last_row + 1, key[1])]
    if area.row == area.last_row == key[1] and key[2] > area.last_column:
        return [(key[0], key[1], column) for column in range(area.last_column + 1, key[2])]
    return []


def checks_not_rolled_up(view: WorkbookView) -> Hits:
    """Cells labelled as checks that no formula reads."""
    for key, text in view.contents.formulas.items():
        texts = [view.text((key[0], key[1], column)) for column in range(1, key[2])]
        label = next((text for text in texts if text), "")
        link = re.fullmatch(r"=(?:'[^']+'|[A-Za-z_]\w*)!\$?[A-Z]{1,3}\$?\d+", text)
        if (
            re.search(r"\bchecks?\b", label, re.IGNORECASE)
            and key not in view.referenced
            and not link
        ):
            yield a1(key), f"no formula reads '{label}'"


def broken_names(view: WorkbookView) -> Hits:
    """Names and formulas whose reference is broken."""
    for name, text in view.name_texts.items():
        if "#REF!" in text:
            yield name, "the name refers to nothing"
    for key, text in view.contents.formulas.items():
        if "#REF!" in text:
            yield a1(key), "refers to a deleted cell"


RULES: tuple[Rule, ...] = (
    Rule(
        "constant",
        MEDIUM,
        "Constant in a formula",
        "A number in a formula has no unit, no source and no single place to change it.",
        constants_in_formulas,
    ),
    Rule(
        "row",
        HIGH,
        "Inconsistent along a row",
        "A row should be one formula; a cell that differs is a mistake or hides one.",
        odd_in_row,
    ),
    Rule(
        "column",
        MEDIUM,
        "Inconsistent down a column",
        "A cell that differs from the rest of its column is a mistake or hides one.",
        odd_in_column,
    ),
    Rule("text", HIGH, "Number stored as text", "Sums skip it silently.", numbers_as_text),
    Rule(
        "unused",
        LOW,
        "Unused input",
        "Changing it has no effect, though a reader will expect one.",
        unused_inputs,
    ),
    Rule(
        "label",
        LOW,
        "Input without label or unit",
        "Users cannot know what to enter.",
        inputs_without_label,
    ),
    Rule(
        "volatile",
        MEDIUM,
        "Volatile function",
        "The workbook changes whenever it is opened.",
        volatile_functions,
    ),
    Rule(
        "external",
        HIGH,
        "Link to another file",
        "The number comes from a file that the reader may not have.",
        external_links,
    ),
    Rule(
        "circular",
        HIGH,
        "Circular reference",
        "The result depends on how often it has been calculated.",
        circular_references,
    ),
    Rule(
        "error", HIGH, "Error value", "Every formula that reads it is an error too.", error_values
    ),
    Rule(
        "hidden",
        MEDIUM,
        "Hidden sheet, row or column",
        "A reader cannot check what is hidden.",
        hidden_things,
    ),
    Rule(
        "merged",
        LOW,
        "Merged cells next to numbers",
        "Rows can no longer be copied, sorted or selected cleanly.",
        merged_cells,
    ),
    Rule(
        "long",
        MEDIUM,
        "Formula too long or too deep",
        "A formula that cannot be read cannot be checked.",
        long_formulas,
    ),
    Rule(
        "range",
        HIGH,
        "Range that ends too soon",
        "A sum that leaves out its last row is wrong by that amount.",
        ranges_cut_short,
    ),
    Rule(
        "check",
        LOW,
        "Check that nothing reads",
        "A check outside the master check fails unnoticed.",
        checks_not_rolled_up,
    ),
    Rule(
        "name",
        HIGH,
        "Broken name or reference",
        "What it referred to no longer exists.",
        broken_names,
    ),
)


def every_rule() -> tuple[Rule, ...]:
    """The built-in rules followed by those of other packages. Raises EngineError for a package that is
    broken, whose rule has the id of another, or that offers something other than a rule.
    """
    found = list(RULES)
    for entry in plugins.installed(GROUP).values():
        added = plugins.load(entry)
        for rule in (
            [added] if isinstance(added, Rule) else added if isinstance(added, Sequence) else [None]
        ):
            if not isinstance(rule, Rule) or rule.severity not in SEVERITIES:
                raise EngineError(f"the audit rule {plugins.entry_words(entry)} is not a Rule")
            if any(rule.id == other.id for other in found):
                raise EngineError(
                    f"the audit rule {plugins.entry_words(entry)} has the id of another: {rule.id}"
                )
            found.append(rule)
    return tuple(found)
