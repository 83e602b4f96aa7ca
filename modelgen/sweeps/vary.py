"""Parses what a sweep varies: inputs by lists and ranges, or by distributions and processes.

    0%, 1%, 2%                     each of these values
    0%:4%:1%                       from, to and step, both ends included
    normal(0%, 5%)                 mean and standard deviation
    uniform(-10%, 5%)              minimum and maximum
    triangular(-20%, 0%, 10%)      minimum, most likely and maximum
    vasicek(5.11%, mean=5%, speed=0.5, volatility=1%)
                                   a short rate by period from its start, reverting to its mean

For a row of inputs, a distribution is drawn independently for each period, a listed value is used in all
periods, and a process runs through them. Numbers are typed as elsewhere, in the input's unit.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from modelgen.model.plain import Input, Model, Unit
from modelgen.model.worth import parse_value
from modelgen.problem import ModelError, Problem, did_you_mean
from modelgen.text.printed import BadValueError, typed_number

_CALL = re.compile(r"^([a-z]+)\((.*)\)$")
# A comma separates numbers unless exactly three digits follow it: 1,000 is one number.
_PARTS = re.compile(r",\s+|,(?!\d{3}(?!\d))")
# The parameters of each law, and which of them are in the input's unit; vasicek's may be named.
LAWS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "deviation"),
    "uniform": ("minimum", "maximum"),
    "triangular": ("minimum", "likely", "maximum"),
    "vasicek": ("start", "mean", "speed", "volatility"),
}
_PLAIN = ("speed",)
MOST_POINTS = 2**20


@dataclass(frozen=True)
class Varied:
    """An input and how it varies: by listed values, or by a law with parameters. `ends` are the last days of
    its periods, empty for a single value; before these a row has `blank` columns.
    """

    id: str
    label: str
    text: str
    unit: Unit
    timeline: str | None
    ends: tuple[str, ...]
    blank: int
    lowest: float
    highest: float
    values: tuple[float, ...] = ()
    law: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Everything that varies, and the `correlations` between pairs of drawn inputs."""

    varied: tuple[Varied, ...]
    correlations: Mapping[tuple[str, str], float]

    @property
    def random(self) -> bool:
        """Whether scenarios are drawn rather than listed."""
        return any(v.law for v in self.varied)

    @property
    def points(self) -> int:
        """The number of points in the grid of lists."""
        count = 1
        for varied in self.varied:
            count *= max(1, len(varied.values))
        return count


def plan_of(model: Model, vary: Mapping[str, str], correlate: Sequence[str]) -> Plan:
    """The plan of a sweep from texts by input. Raises ModelError with all problems."""
    problems: list[Problem] = []
    inputs = {i.leaf_of or i.id: i for i in model.inputs()}
    found: list[Varied] = []
    for id_, text in vary.items():
        item = inputs.get(id_)
        if item is None:
            problems.append(Problem(f"'{id_}' is not an input", None, did_you_mean(id_, inputs)))
            continue
        try:
            found.append(_varied(model, item, text))
        except BadValueError as error:
            problems.append(Problem(f"{id_}={text}: {error}"))
    laws = [v.id for v in found if v.law]
    if laws and len(laws) < len(found):
        listed = next(v.id for v in found if not v.law)
        problems.append(
            Problem(
                f"'{listed}' is listed and '{laws[0]}' is drawn: one sweep cannot combine the two",
                None,
                f"fix it with --set {listed}=VALUE",
            )
        )
    plan = Plan(tuple(found), _correlations(correlate, found, problems))
    if not laws and plan.points > MOST_POINTS:
        problems.append(
            Problem(f"the grid has {plan.points:,} points; {MOST_POINTS:,} are allowed")
        )
    if problems:
        raise ModelError(problems)
    return plan


def _varied(model: Model, item: Input, text: str) -> Varied:
    call = _CALL.match(text.strip())
    law, parameters = "", dict[str, float]()
    values: tuple[float, ...] = ()
    if call:
        if item.allowed.whole or item.allowed.codes or item.unit.kind == "date":
            raise BadValueError("it takes whole values only: list them, as 1, 2")
        law, parameters = call[1], _parameters(call[1], call[2], item)
    else:
        values = _values(text, item)
    timeline = model.timeline_of(item.id)
    ends: tuple[date, ...] = ()
    if timeline is not None:
        # Comparative periods have only actual values.
        ends = timeline.columns if item.leaf_of else timeline.periods
    return Varied(
        item.leaf_of or item.id,
        item.label,
        text,
        item.unit,
        item.timeline,
        tuple(end.isoformat() for end in ends),
        len(timeline.columns) - len(ends) if timeline else 0,
        -np.inf if item.lowest is None else item.lowest,
        np.inf if item.highest is None else item.highest,
        values,
        law,
        parameters,
    )


def _parameters(law: str, inside: str, item: Input) -> dict[str, float]:
    if law not in LAWS:
        hint = did_you_mean(law, LAWS) or f"laws: {', '.join(LAWS)}"
        raise BadValueError(f"'{law}' is not a law ({hint})")
    if law == "vasicek" and item.timeline is None:
        raise BadValueError("a process runs through periods, but this input has one value")
    names = LAWS[law]
    found: dict[str, float] = {}
    for position, part in enumerate(_PARTS.split(inside)):
        name, equals, typed = part.strip().rpartition("=")
        name = name.strip() if equals else (names[position] if position < len(names) else part)
        if name not in names:
            raise BadValueError(f"{law} takes {', '.join(names)}, not '{name}'")
        if name in found:
            raise BadValueError(f"{law} is given '{name}' twice")
        found[name] = (
            typed_number(typed) if name in _PLAIN else parse_value(typed.strip(), item.unit)
        )
    missing = [name for name in names if name not in found]
    if missing:
        raise BadValueError(f"{law} needs {', '.join(missing)}")
    _sound(law, found)
    return found


def _sound(law: str, parameters: Mapping[str, float]) -> None:
    ordered = {"uniform": ("minimum", "maximum"), "triangular": ("minimum", "likely", "maximum")}
    ends = [parameters[name] for name in ordered.get(law, ())]
    if ends != sorted(ends) or (ends and ends[0] == ends[-1]):
        raise BadValueError(f"{law} needs {' < '.join(ordered[law])}")
    for name in ("deviation", "volatility", "speed"):
        if parameters.get(name, 0.0) < 0:
            raise BadValueError(f"the {name} must not be negative")


def _values(text: str, item: Input) -> tuple[float, ...]:
    """The values of a list separated by commas, or of a range with a step."""
    ends = text.split(":")
    if len(ends) == 3 and item.unit.kind != "date":
        first, last, step = (parse_value(end, item.unit) for end in ends)
        if step == 0 or (last - first) / step < 0:
            raise BadValueError("the step has the wrong sign or is zero")
        count = int(np.floor((last - first) / step * (1 + 1e-12) + 1e-9)) + 1
        if count > MOST_POINTS:
            raise BadValueError(f"the range has {count:,} values; {MOST_POINTS:,} are allowed")
        # Rounded to the decimals typed, so that 0.1 times 3 is 0.3.
        found = tuple(float(f"{first + step * number:.12g}") for number in range(count))
    else:
        parts = _PARTS.split(text)
        found = tuple(parse_value(part.strip(), item.unit) for part in parts)
    for value in found:
        wrong = item.allowed.problem(value)
        if wrong:
            raise BadValueError(wrong)
    return found


def _correlations(
    texts: Sequence[str], varied: Sequence[Varied], problems: list[Problem]
) -> dict[tuple[str, str], float]:
    """The correlations between pairs of drawn inputs, from texts such as A,B=0.8."""
    drawn = {v.id: v for v in varied if v.law}
    found: dict[tuple[str, str], float] = {}
    for text in texts:
        pair, _, typed = text.rpartition("=")
        ids = [part.strip() for part in pair.split(",")]
        try:
            number = typed_number(typed)
        except BadValueError as error:
            problems.append(Problem(f"--correlate {text}: {error}"))
            continue
        unknown = [id_ for id_ in ids if id_ not in drawn]
        if len(ids) != 2 or ids[0] == ids[1]:
            problems.append(
                Problem(f"--correlate {text}: write two inputs and a number, as in A,B=0.8")
            )
        elif unknown:
            hint = did_you_mean(unknown[0], drawn)
            problems.append(Problem(f"'{unknown[0]}' is not drawn in this sweep", None, hint))
        elif not -1 <= number <= 1:
            problems.append(Problem(f"--correlate {text}: a correlation must be from -1 to 1"))
        elif drawn[ids[0]].timeline != drawn[ids[1]].timeline:
            problems.append(
                Problem(
                    f"'{ids[0]}' and '{ids[1]}' cannot be correlated: they have different periods"
                )
            )
        else:
            found[ids[0], ids[1]] = number
    return found
