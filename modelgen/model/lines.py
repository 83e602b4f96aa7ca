"""Makes the lines of a model: each with its formula, parsed and resolved."""

from dataclasses import dataclass

from modelgen.formula.syntax import ActualForecast, Node, Ref
from modelgen.model.expand import Declared
from modelgen.model.plain import Line
from modelgen.model.resolve import Names, resolve
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import CheckText, InputText, LineText


@dataclass(frozen=True, slots=True)
class Written:
    """A resolved formula and its position in the text: a line has one, or one actual and one forecast."""

    node: Node
    place: Place | None


def lines_of(
    deal: DealText, declared: list[Declared], names: Names, problems: list[Problem]
) -> tuple[dict[str, Line], dict[str, tuple[Written, ...]]]:
    """The lines by id, and the formulas as written for each; adds what is wrong to `problems`."""
    lines: dict[str, Line] = {}
    written: dict[str, tuple[Written, ...]] = {}
    for item in declared:
        if not isinstance(item.text, InputText) and not item.band_of:
            line, formulas, found = _line(deal, item, names)
            problems += found
            if line is not None:
                lines[line.id], written[line.id] = line, formulas
    return lines, written


def _line(
    deal: DealText, declared: Declared, names: Names
) -> tuple[Line | None, tuple[Written, ...], list[Problem]]:
    text = declared.text
    assert isinstance(text, (LineText, CheckText))
    expression, comparative, written, problems = _expression(deal, declared, names)
    if expression is None:
        return None, (), problems
    good_if, found = _good_if(deal, declared, names)
    problems += found
    line = Line(
        id=declared.id,
        label=declared.label,
        row_label=declared.row_label,
        unit=declared.unit,
        timeline=declared.timeline,
        expression=expression,
        comparative=comparative,
        total=isinstance(text, LineText) and text.total,
        style=text.style if isinstance(text, LineText) else "check",
        note=text.note,
        place=deal.key_place(*declared.path),
        record=declared.record,
        redefined=bool(declared.redefined),
        check=text.kind if isinstance(text, CheckText) else None,
        good_if=good_if,
    )
    return line, written, problems


def _good_if(deal: DealText, declared: Declared, names: Names) -> tuple[str | None, list[Problem]]:
    """The line that says whether a line's value is good news: one value, and of a line that has one."""
    name = declared.text.good_if if isinstance(declared.text, LineText) else None
    if name is None:
        return None, []
    place = deal.place(*declared.path, "good_if")
    found = names.find(name, declared.scope)
    if found is None:
        return None, [
            Problem(f"'{name}' is not a line", place, did_you_mean(name, names.timeline_of))
        ]
    if declared.timeline is not None or names.timeline_of[found] is not None:
        message = f"'{declared.id}' is good news by '{name}': both must have one value"
        return None, [Problem(message, place)]
    return found, []


_Read = tuple[Node | None, Node | None, tuple[Written, ...], list[Problem]]


def _expression(deal: DealText, declared: Declared, names: Names) -> _Read:
    """The formula of a line, that of its comparative columns, and the formulas as written. An actual and a
    forecast formula are combined by the period's flag; comparative periods are actual.
    """
    text, place = declared.text, deal.key_place(*declared.path)

    def read(key: str) -> tuple[Node | None, tuple[Written, ...], list[Problem]]:
        where = deal.place(*declared.at(key))
        found, problems = resolve(getattr(text, key), where, declared.scope, names)
        return found, (Written(found, where),) if found is not None else (), problems

    def wrong(message: str, hint: str = "") -> _Read:
        return None, None, (), [Problem(f"'{declared.id}' {message}", place, hint)]

    if isinstance(text, CheckText):
        found, written, problems = read("formula")
        return found, found, written, problems
    assert isinstance(text, LineText)
    given = [key for key in ("formula", "actual", "forecast") if getattr(text, key) is not None]
    if "formula" in given and (len(given) > 1 or text.leaf):
        return wrong("has a formula as well as an actual or forecast formula")
    if given == ["formula"]:
        found, written, problems = read("formula")
        return found, found, written, problems
    if text.leaf and (declared.timeline is None or "actual" in given):
        return wrong("is a leaf: a leaf needs a timeline and may have no actual formula")
    if not text.leaf and given != ["actual", "forecast"]:
        return wrong("has no formula", "give formula, or actual and forecast")
    actual: Node | None = Ref(f"actual.{declared.id}")
    written, problems = (), []
    if not text.leaf:
        actual, written, problems = read("actual")
    if not given:
        return actual, actual, written, problems
    forecast, more, found_more = read("forecast")
    timeline = names.timelines.get(declared.timeline or "")
    if timeline is None or timeline.actual is None:
        return wrong("has a forecast, but its timeline has no flag for actual periods")
    if actual is None or forecast is None:
        return None, None, (), problems + found_more
    both = ActualForecast(Ref(timeline.actual), actual, forecast)
    return both, actual, written + more, []
