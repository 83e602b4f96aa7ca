"""The rules of the audit: one small function each, with an id, why it matters, and a severity.

They stand in one table, RULES, at the end; other packages add theirs by the entry points
`modelgen.audit_rules`, each a Rule or a sequence of them.

They follow the workbook standard (docs/workbook-standard.md), the FAST standard and what model auditors
look for; they work on any .xlsx.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from modelgen import plugins
from modelgen.problem import EngineError
from modelgen.review.facts import Facts, cell_name
from modelgen.workbook.contents import Area, Key, a1

GROUP = "modelgen.audit_rules"
LOW, MEDIUM, HIGH = "low", "medium", "high"
SEVERITIES = (LOW, MEDIUM, HIGH)
LONGEST, DEEPEST = 1024, 8
_VOLATILE = re.compile(r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO)\(", re.IGNORECASE)
_ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!")

Hits = Iterator[tuple[str, str]]
"""Where, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: `find` gives the places that break it."""

    id: str
    severity: str
    title: str
    why: str
    find: Callable[[Facts], Hits]


def constants_in_formulas(facts: Facts) -> Hits:
    """Numbers other than 0 and 1."""
    for key, tokens in facts.tokens.items():
        numbers = [t.value for t in tokens if t.type == "OPERAND" and t.subtype == "NUMBER"]
        odd = [n for n in numbers if float(n) not in (0.0, 1.0)]
        if odd:
            yield a1(key), f"holds {', '.join(odd)}"


def odd_in_row(facts: Facts) -> Hits:
    """A cell between equals along a row: another formula, or a number typed over one."""
    yield from _odd(facts, across=True)


def odd_in_column(facts: Facts) -> Hits:
    """A cell among equals down a column."""
    yield from _odd(facts, across=False)


def _odd(facts: Facts, across: bool) -> Hits:
    lines: dict[tuple[str, int], list[int]] = {}
    for key in {*facts.contents.formulas, *facts.contents.constants}:
        if facts.is_number(key) or key in facts.contents.formulas:
            line, place = (key[1], key[2]) if across else (key[2], key[1])
            lines.setdefault((key[0], line), []).append(place)
    for (sheet, line), places in sorted(lines.items()):
        for run in _runs(sorted(places)):
            keys: list[Key] = [(sheet, line, p) if across else (sheet, p, line) for p in run]
            yield from _odd_in_run(facts, keys, 3 if across else 5)


def _runs(places: list[int]) -> Iterator[list[int]]:
    run = places[:1]
    for before, here in pairwise(places):
        if here != before + 1:
            yield run
            run = []
        run.append(here)
    if run:
        yield run


def _odd_in_run(facts: Facts, keys: list[Key], least: int) -> Hits:
    shapes = [facts.shapes.get(key, "") for key in keys]
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


def numbers_as_text(facts: Facts) -> Hits:
    """Text that reads as a number, where a formula or its neighbours expect one."""
    for key, value in facts.contents.constants.items():
        if not isinstance(value, str) or not re.fullmatch(
            r"\s*[-(]?[$€£]?\d[\d,. ]*%?\)?\s*", value
        ):
            continue
        sheet, row, column = key
        beside = facts.is_number((sheet, row, column - 1)) and facts.is_number(
            (sheet, row, column + 1)
        )
        among = facts.is_number((sheet, row - 1, column)) and facts.is_number(
            (sheet, row + 1, column)
        )
        if key in facts.referenced or beside or among:
            yield a1(key), f"holds the text '{value}'"


def unused_inputs(facts: Facts) -> Hits:
    """Blue numbers that no formula refers to."""
    for key in sorted(facts.blue):
        if key not in facts.referenced:
            yield a1(key), "no formula refers to it"


def inputs_without_label(facts: Facts) -> Hits:
    """Blue numbers with no text to their left, or none in the column of units."""
    units = {
        key[0]: key[2]
        for key, value in facts.contents.constants.items()
        if isinstance(value, str) and value.strip().lower() == "unit"
    }
    for key in sorted(facts.blue):
        sheet, row, column = key
        texts = [c for c in range(1, column) if facts.text((sheet, row, c))]
        if not texts:
            yield a1(key), "has no label"
        elif sheet in units and not facts.text((sheet, row, units[sheet])):
            yield a1(key), "has no unit"


def volatile_functions(facts: Facts) -> Hits:
    """Functions that are computed anew whatever changes."""
    for key, text in facts.contents.formulas.items():
        found = _VOLATILE.search(text)
        if found:
            yield a1(key), f"uses {found[1].upper()}"


def external_links(facts: Facts) -> Hits:
    """References to other files."""
    for key, tokens in facts.tokens.items():
        references = (t.value for t in tokens if t.type == "OPERAND" and t.subtype == "RANGE")
        # A bracket behind the sheet, or without one, is a column of a table: Sales[Net].
        if any("[" in reference.rpartition("!")[0] for reference in references):
            yield a1(key), "refers to another file"
    for part in facts.parts:
        if part.startswith("xl/externalLinks/") and part.endswith(".xml"):
            yield "workbook", f"carries a link to another file ({part})"


def circular_references(facts: Facts) -> Hits:
    """Formulas that need themselves."""
    formulas = facts.contents.formulas
    graph = {
        key: {cell for area in areas for cell in facts.contents.held(area) if cell in formulas}
        for key, areas in facts.areas.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = [a1(key) for key in error.args[1]]
        yield ring[0], f"needs itself: {' -> '.join(ring)}"


def error_values(facts: Facts) -> Hits:
    """Cells that show an error."""
    for source in (facts.cached, facts.contents.constants):
        for key, value in source.items():
            if isinstance(value, str) and value in _ERRORS:
                yield a1(key), f"shows {value}"


def hidden_things(facts: Facts) -> Hits:
    """Sheets, rows and columns out of sight."""
    for place in facts.hidden:
        yield place, "is hidden"


def merged_cells(facts: Facts) -> Hits:
    """Merged cells that hold or touch numbers."""
    for area in facts.merged:
        around = Area(
            area.sheet, area.row - 1, area.column - 1, area.last_row + 1, area.last_column + 1
        )
        if any(facts.is_number(key) for key in facts.contents.held(around)):
            yield cell_name(area.sheet, area.row, area.column), "is merged among numbers"


def long_formulas(facts: Facts) -> Hits:
    """Formulas that nobody reads to the end."""
    for key, tokens in facts.tokens.items():
        depth = deepest = 0
        for token in tokens:
            depth += {"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0)
            deepest = max(deepest, depth)
        length = len(facts.contents.formulas[key])
        if length > LONGEST or deepest > DEEPEST:
            yield a1(key), f"has {length} characters, {deepest} levels deep"


def ranges_cut_short(facts: Facts) -> Hits:
    """A sum whose range leaves out a number that stands right beside it, on the way to the sum."""
    for key, areas in facts.areas.items():
        if "SUM(" not in facts.contents.formulas[key].upper():
            continue
        for area in areas:
            for missed in _between(area, key):
                if not any(reached.holds(missed) for reached in areas) and facts.is_number(missed):
                    yield a1(key), f"its range ends before {a1(missed)}"
                    break


def _between(area: Area, key: Key) -> list[Key]:
    """The cells between a column (or row) range and a formula below (or right of) it."""
    if area.sheet != key[0] or area.is_cell:
        return []
    if area.column == area.last_column == key[2] and key[1] > area.last_row:
        return [(key[0], row, key[2]) for row in range(area.last_row + 1, key[1])]
    if area.row == area.last_row == key[1] and key[2] > area.last_column:
        return [(key[0], key[1], column) for column in range(area.last_column + 1, key[2])]
    return []


def checks_not_rolled_up(facts: Facts) -> Hits:
    """A cell labelled a check that nothing reads."""
    for key, text in facts.contents.formulas.items():
        texts = [facts.text((key[0], key[1], column)) for column in range(1, key[2])]
        label = next((text for text in texts if text), "")
        link = re.fullmatch(r"=(?:'[^']+'|[A-Za-z_]\w*)!\$?[A-Z]{1,3}\$?\d+", text)
        if (
            re.search(r"\bchecks?\b", label, re.IGNORECASE)
            and key not in facts.referenced
            and not link
        ):
            yield a1(key), f"'{label}' is read by no formula"


def broken_names(facts: Facts) -> Hits:
    """Names and formulas that lost what they referred to."""
    for name, text in facts.name_texts.items():
        if "#REF!" in text:
            yield name, "the name refers to nothing"
    for key, text in facts.contents.formulas.items():
        if "#REF!" in text:
            yield a1(key), "refers to a cell that is gone"


RULES: tuple[Rule, ...] = (
    Rule(
        "constant",
        MEDIUM,
        "Constant in a formula",
        "A number in a formula has no unit, no source and no one place to change it.",
        constants_in_formulas,
    ),
    Rule(
        "row",
        HIGH,
        "Inconsistent along a row",
        "A row is one formula; one that differs is a mistake, or hides one.",
        odd_in_row,
    ),
    Rule(
        "column",
        MEDIUM,
        "Inconsistent down a column",
        "A cell unlike a column of equals is a mistake, or hides one.",
        odd_in_column,
    ),
    Rule("text", HIGH, "Number stored as text", "Sums skip it without a word.", numbers_as_text),
    Rule(
        "unused",
        LOW,
        "Input that nothing uses",
        "Changing it changes nothing, and a reader will think it does.",
        unused_inputs,
    ),
    Rule(
        "label",
        LOW,
        "Input without label or unit",
        "Nobody knows what to type.",
        inputs_without_label,
    ),
    Rule(
        "volatile",
        MEDIUM,
        "Volatile function",
        "The workbook changes by being opened.",
        volatile_functions,
    ),
    Rule(
        "external",
        HIGH,
        "Link to another file",
        "The number comes from where the reader cannot look.",
        external_links,
    ),
    Rule(
        "circular",
        HIGH,
        "Circular reference",
        "The result depends on how often it was computed.",
        circular_references,
    ),
    Rule("error", HIGH, "Error value", "What reads it is an error too.", error_values),
    Rule(
        "hidden",
        MEDIUM,
        "Hidden sheet, row or column",
        "A reader cannot check what is out of sight.",
        hidden_things,
    ),
    Rule(
        "merged",
        LOW,
        "Merged cells among numbers",
        "Rows no longer copy, sort or select.",
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
        "A sum that leaves out its last row is wrong by that row.",
        ranges_cut_short,
    ),
    Rule(
        "check",
        LOW,
        "Check that is not rolled up",
        "A check that nothing reads fails unseen.",
        checks_not_rolled_up,
    ),
    Rule("name", HIGH, "Broken name or reference", "What it stood for is gone.", broken_names),
)


def every_rule() -> tuple[Rule, ...]:
    """The rules built in, and those of other packages behind them. Raises EngineError for a package that is
    broken, whose rule has the id of another, or whose rule is none.
    """
    found = list(RULES)
    for entry in plugins.installed(GROUP).values():
        added = plugins.load(entry)
        for rule in (
            [added] if isinstance(added, Rule) else added if isinstance(added, Sequence) else [None]
        ):
            if not isinstance(rule, Rule) or rule.severity not in SEVERITIES:
                raise EngineError(f"the audit rule {plugins.entry_words(entry)} is no Rule")
            if any(rule.id == other.id for other in found):
                raise EngineError(
                    f"the audit rule {plugins.entry_words(entry)} has the id of another: {rule.id}"
                )
            found.append(rule)
    return tuple(found)
