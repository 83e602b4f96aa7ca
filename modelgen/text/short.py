"""Reads a file of a deal's text with its short forms written out.

`values` is another word for `assumptions`. The value of an input may be written alone (`growth: 4%`), as a
list from the first forecast period on (`growth: [4%, 3%]`), or by period (`growth: {2027-03-31: 3%}`); all
that follow see the full form, with the places of the short one.
"""

from pathlib import Path

from modelgen.problem import ModelError, Place, Problem
from modelgen.text.schema import AssumptionText
from modelgen.text.yaml_text import Path_, Plain, Positioned, read_yaml

ASSUMPTIONS, VALUES = "assumptions", "values"


def read_written_out(path: Path) -> Positioned:
    """The mapping in a YAML file, with its short forms written out. Raises ModelError: see `read_yaml`; also
    for an input that is given under both words.
    """
    document = read_yaml(path)
    for word in (ASSUMPTIONS, VALUES):
        if document.plain.get(word) == "":  # all below it are comments
            document = document.without(word)
    if not any(isinstance(document.plain.get(key), dict) for key in (ASSUMPTIONS, VALUES)):
        return document
    problems = list(_given_twice(document))
    if problems:
        raise ModelError(problems)
    inserted: dict[tuple[str, str], Path_] = {
        (word, id_): _inserted(value)
        for word in (ASSUMPTIONS, VALUES)
        for id_, value in _mapping(document, word).items()
    }

    def moved(at: Path_, is_key: bool) -> Path_:
        if at[:1] not in ((ASSUMPTIONS,), (VALUES,)):
            return at
        below = at[2:]
        between = inserted.get((str(at[0]), str(at[1])), ()) if len(at) > 1 else ()
        if not below:  # the input itself: its place as a whole is added below
            return (ASSUMPTIONS, *at[1:], *(() if is_key else between))
        if not between and below[0] == VALUES and _is_list(document, at):
            below = ("listed", *below[1:])
        return (ASSUMPTIONS, *at[1:2], *between, *below)

    given = {
        id_: _full(value)
        for word in (ASSUMPTIONS, VALUES)
        for id_, value in _mapping(document, word).items()
    }
    plain = {key: value for key, value in document.plain.items() if key != VALUES}
    plain[ASSUMPTIONS] = given
    out = Positioned(plain)
    out.keys = {moved(at, True): place for at, place in document.keys.items()}
    out.values = {moved(at, False): place for at, place in document.values.items()}
    out.keys |= {
        (ASSUMPTIONS, id_, *between): document.values[word, id_]
        for (word, id_), between in inserted.items()
        if between
    }
    out.values |= {(ASSUMPTIONS, id_): _whole(document, id_) for id_ in given}
    return out


def _mapping(document: Positioned, word: str) -> dict[str, Plain]:
    found = document.plain.get(word)
    return found if isinstance(found, dict) else {}


def _whole(document: Positioned, id_: str) -> Place:
    word = ASSUMPTIONS if id_ in _mapping(document, ASSUMPTIONS) else VALUES
    return document.values[word, id_]


def _given_twice(document: Positioned) -> list[Problem]:
    first, second = _mapping(document, ASSUMPTIONS), _mapping(document, VALUES)
    problems = []
    for id_ in second.keys() & first.keys():
        before = document.key_place((ASSUMPTIONS, id_))
        hint = f"also in {before.short}" if before else ""
        place = document.key_place((VALUES, id_))
        problems.append(Problem(f"the value of '{id_}' is given twice", place, hint))
    return problems


def _inserted(value: Plain) -> tuple[str, ...]:
    """The keys that the full form of a value has above it."""
    if isinstance(value, str):
        return ("value",)
    if isinstance(value, list):
        return ("listed",)
    return ("values",) if _by_period(value) else ()


def _full(value: Plain) -> Plain:
    inserted = _inserted(value)
    if inserted:
        return {inserted[0]: value}
    assert isinstance(value, dict)
    return {
        "listed" if key == VALUES and isinstance(below, list) else key: below
        for key, below in value.items()
    }


def _by_period(value: dict[str, Plain]) -> bool:
    """Whether the keys of a value are periods, which all have a digit, rather than words of the schema."""
    return bool(value) and all(
        key not in AssumptionText.model_fields and any(sign.isdigit() for sign in key)
        for key in value
    )


def _is_list(document: Positioned, at: Path_) -> bool:
    value = document.plain[str(at[0])]
    for step in at[1:3]:
        value = value[step]  # type: ignore[index]
    return isinstance(value, list)
