"""Writes a page for each shipped module from its text, as `python docs/render_modules.py`.

A page says what the module needs and gives, its sets with what their members must have, its inputs, its
lines with their formulas in words, and its checks. A test compares the pages with the text.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from modelgen.formula.describe import describe
from modelgen.formula.parse import FormulaError, parse
from modelgen.formula.syntax import Call, Name, Node, Ref, rebuild
from modelgen.text.conditions import UNLESS, WHEN
from modelgen.text.folders import MODULE, folder_text, shipped_folder
from modelgen.text.load import shipped

PAGES = Path(__file__).resolve().parent / "modules"
INDEX = "index.md"
KINDS = {
    "flow": "a flow",
    "balance": "a balance",
    "ratio": "a ratio",
    "value": "one value",
    "date": "a date",
    "text": "a text",
}
_PHRASES = {
    "SUM_EACH": "the sum of {0}",
    "MAX_EACH": "the greatest of {0}",
    "MIN_EACH": "the least of {0}",
    "JOIN_EACH": "the texts of {0}",
    "COUNTBLANK_EACH": "the number of blanks among {0}",
    "SUM_BEFORE": "the sum of {0} before this one",
    "SUM_AFTER": "the sum of {0} after this one",
    "CHOOSE_EACH": "that of {1} whose number is {0}",
    "SUM_OF": "the sum of {0} over the shorter periods within this one",
    "VALUE_ON": "{0} in the period ending {1}",
    "IN_PERIOD": "{0} falls in the period",
    "YEAR_AGO": "{0} in the period a year before",
    "YOY": "the change of {0} on the same period a year before",
}
_OVER_SETS = ("_EACH", "_BEFORE", "_AFTER")
Text = Mapping[str, Any]


def pages() -> dict[str, str]:
    """The pages by their file names: one for each shipped module, and the index."""
    folders = shipped(MODULE)
    if not folders:
        return {}
    found = {f"{folder.name}.md": page(folder) for folder in folders}
    rows = []
    for folder in folders:
        text: Text = folder_text(folder, MODULE).positions.plain
        needs = _linked(text.get("needs", []))
        rows.append((f"[{folder.name}]({folder.name}.md)", _line(text.get("gives", "")), needs))
    intro = "A deal names its modules under `uses`; those that they need come with them."
    return found | {
        INDEX: "\n".join(["# Modules", "", intro, "", *_table(("Module", "Gives", "Needs"), rows)])
        + "\n"
    }


def page(folder: Path) -> str:
    """The page of the module in a folder."""
    text: Text = folder_text(folder, MODULE).positions.plain
    labels = _labels(folder, set())
    out = [f"# {text.get('name', folder.name)}", ""]
    for about in (text.get("description"), text.get("gives")):
        out += [_line(about), ""] if about else []
    needs = _linked(text.get("needs", []))
    out += [f"Needs: {needs}.", ""] if needs else []
    out += _part("Sets", _sets(text))
    sections = text.get("sections", [])
    out += _part("Inputs", _inputs(sections, text.get("units", {})))
    out += _part("Lines", _lines(sections, labels))
    out += _part("Checks", _checks(sections, labels))
    return "\n".join(out).rstrip() + "\n"


def _part(heading: str, content: list[str]) -> list[str]:
    return [f"## {heading}", "", *content, ""] if content else []


def _sets(text: Text) -> list[str]:
    out: list[str] = []
    for name, given in text.get("set_rules", {}).items():
        rule: Text = given if isinstance(given, dict) else {}
        said = [f"**`{name}`**: {rule['label']}." if rule.get("label") else f"**`{name}`**."]
        joins = [f"`{_bare(one)}`" for one in rule.get("joins", [])]
        said += [f"Its members are members of {_and(joins)}, too."] if joins else []
        if rule.get("picks"):
            where = [f"`{key}` {_wanted(value)}" for key, value in rule.get("where", {}).items()]
            only = f" with {_and(where)}" if where else ""
            said.append(f"Its members are those of `{rule['picks']}`{only}.")
        has = [
            f"`{key}` ({KINDS.get(kind, kind)})" for key, kind in rule.get("each_has", {}).items()
        ]
        said += [f"Each member must have {_and(has)}."] if has else []
        out += ["\n".join([" ".join([*said, *_condition(rule)])]), ""]
        rows = [
            (f"`{key}`", _line(one.get("label", "")), _may_be(one), _default(one))
            for key, one in (rule.get("attributes") or {}).items()
            for one in (one if isinstance(one, dict) else {},)
        ]
        out += [*_table(("Attribute", "Is", "May be", "Default"), rows), ""] if rows else []
    defined = {name: m for name, m in text.get("sets", {}).items() if isinstance(m, dict) and m}
    for name, members in defined.items():
        out += [f"**`{name}`** has the members {_and([f'`{id_}`' for id_ in members])}.", ""]
    return out[:-1]


def _may_be(attribute: Text) -> str:
    choices = attribute.get("choices")
    if isinstance(choices, list):
        return ", ".join(f"`{one}`" for one in choices)
    return f"a member of `{attribute['of']}`" if attribute.get("of") else "any text"


def _default(attribute: Text) -> str:
    if "default" in attribute:
        return f"`{attribute['default']}`"
    return "may be left out" if attribute.get("optional") == "true" else "must be given"


def _wanted(value: object) -> str:
    if value in ("given", "absent"):
        return str(value)
    return f"of {_or([f'`{one}`' for one in value])}" if isinstance(value, list) else f"`{value}`"


def _inputs(sections: Sequence[Text], units: Text) -> list[str]:
    rows = []
    for section in sections:
        for key, one in section.get("inputs", {}).items():
            default = str(one["value"]) if "value" in one else ""
            if not default and one.get("optional") == "true":
                default = "may stay blank"
            rows.append(
                (
                    f"`{_id(section, key)}`",
                    _said(one, section),
                    str(one.get("unit", "")),
                    _allowed(one, units),
                    default,
                )
            )
    return _table(("Input", "Is", "Unit", "Allowed", "Default"), rows)


def _allowed(one: Text, units: Text) -> str:
    own = units.get(str(one.get("unit", "")), {})
    ends = one.get("range") or (own.get("range") if isinstance(own, dict) else None)
    if isinstance(one.get("choices"), dict):
        return "; ".join(f"{code} {words}" for code, words in one["choices"].items())
    if one.get("choices_of"):
        return f"a member of `{one['choices_of']}`"
    return f"{ends[0]} to {ends[1]}" if isinstance(ends, list) else "as its unit"


def _lines(sections: Sequence[Text], labels: Mapping[str, str]) -> list[str]:
    rows = []
    for section in sections:
        if section.get("record") == "true":
            continue
        for key, one in [*section.get("lines", {}).items(), *section.get("totals", {}).items()]:
            rows.append(
                (
                    f"`{_id(section, key)}`",
                    _said(one, section),
                    str(one.get("unit", "")),
                    _formula(one, labels),
                )
            )
    return _table(("Line", "Is", "Unit", "Formula in words"), rows)


def _formula(one: Text, labels: Mapping[str, str]) -> str:
    parts = []
    for key, before in (("formula", ""), ("actual", "Actual: "), ("forecast", "Forecast: ")):
        if key in one:
            parts.append(f"{before}{in_words(str(one[key]), labels)}")
    if one.get("leaf") == "true":
        parts.insert(0, "Actual: an input, fed by figures")
    return _line(". ".join(parts))


def _checks(sections: Sequence[Text], labels: Mapping[str, str]) -> list[str]:
    rows = [
        (
            f"`{_id(section, key)}`",
            _said(one, section),
            str(one.get("kind", "integrity")),
            _formula(one, labels),
        )
        for section in sections
        for key, one in section.get("checks", {}).items()
    ]
    return _table(("Check", "Is", "Kind", "What should be zero"), rows)


def in_words(formula: str, labels: Mapping[str, str]) -> str:
    """A formula of a module in words: its names by the labels of the module and those that it needs."""
    try:
        tree = parse(formula)
    except FormulaError:
        return f"`{formula}`"

    def named(name: str) -> str:
        return labels.get(name.removeprefix("."), f"`{name}`")

    def over(argument: Node) -> str:
        """The members' lines that set.line means."""
        assert isinstance(argument, Name)
        head, _, rest = argument.id.partition(".")
        line = named(rest) if rest else "the lines"
        return f"{_small(line)} over all `{head}`"

    def said(node: Node) -> str:
        return _small(describe(worded(node), lambda id_: id_))

    def worded(node: Node) -> Node:
        if isinstance(node, Name):
            return Ref(named(node.id), node.lag, node.span)
        if isinstance(node, Call) and node.function == "AS":
            return worded(node.arguments[1])
        if isinstance(node, Call) and node.function in _PHRASES:
            sets = node.function.endswith(_OVER_SETS)
            at = 1 if node.function == "CHOOSE_EACH" else 0
            parts = [
                over(part) if sets and number == at else said(part)
                for number, part in enumerate(node.arguments)
            ]
            return Ref(_PHRASES[node.function].format(*parts), 0, node.span)
        return rebuild(node, worded)

    return describe(worded(tree), lambda id_: id_)


def _labels(folder: Path, seen: set[str]) -> dict[str, str]:
    """The labels of the items of a module and of those that it needs, by all names that mean them."""
    seen.add(folder.name)
    text: Text = folder_text(folder, MODULE).positions.plain
    found: dict[str, str] = {}
    for needed in text.get("needs", []):
        for parent in (folder.parent, shipped_folder()):
            if needed not in seen and (parent / needed / f"{MODULE}.yaml").is_file():
                found |= _labels(parent / needed, seen)
    for section in text.get("sections", []):
        for kind in ("inputs", "lines", "totals"):
            for key, one in section.get(kind, {}).items():
                label = _plain_label(str(one.get("label", key))) or key
                found[key] = label
                found[".".join(part for part in (section.get("prefix"), key) if part)] = label
    return found


def _plain_label(label: str) -> str:
    """A label without the member's part: "{label}, bonus" is "bonus"."""
    return label.replace("{label}", "").strip(" ,:") if "{" in label else label


def _said(one: Text, section: Text) -> str:
    words = [str(one.get("label", "")).replace("{label}", "*label*")]
    return _line(" ".join([*words, *(f"({part})" for part in _condition({**section, **one}))]))


def _condition(text: Text) -> list[str]:
    """On which other modules something depends."""
    found = []
    for key, word in ((WHEN, "only with"), (UNLESS, "only without")):
        names = text.get(key, [])
        names = names if isinstance(names, list) else [names]
        found += [f"{word} {_and([str(name) for name in names])}"] if names else []
    return found


def _id(section: Text, key: str) -> str:
    """An id as a deal writes it: with the set in place of the member."""
    member = f"<{section['for_each']}>" if section.get("for_each") else ""
    parts = [member, section.get("prefix"), "" if member and key == "itself" else key]
    return ".".join(str(part) for part in parts if part)


def _bare(one: object) -> str:
    """A name that may stand in a mapping with its condition."""
    if isinstance(one, dict):
        return next(str(value) for key, value in one.items() if key not in (WHEN, UNLESS))
    return str(one)


def _linked(names: Sequence[object]) -> str:
    return ", ".join(f"[{name}]({name}.md)" for name in names)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"

    return [line(heads), line(["---"] * len(heads)), *map(line, rows)] if rows else []


def _line(text: object) -> str:
    return " ".join(str(text).split()).replace("<", "&lt;")


def _small(words: str) -> str:
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _or(parts: Sequence[str]) -> str:
    return " or ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def stale() -> Iterator[str]:
    """The pages that are missing, out of date, or of no module."""
    wanted = pages()
    for name, text in wanted.items():
        path = PAGES / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield name
    yield from (path.name for path in sorted(PAGES.glob("*.md")) if path.name not in wanted)


def main() -> None:
    """Writes the pages, and removes those of modules that there are no more."""
    PAGES.mkdir(exist_ok=True)
    wanted = pages()
    for path in PAGES.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
