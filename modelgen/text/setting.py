"""Settings: values of inputs given from outside, within the inputs' allowed ranges.

`ID=VALUE` sets an input with one value, `ID@PERIOD=VALUE` one period of a row of inputs. Build, recalc,
check, trace, sweep, pull and the library all read settings here, for a model and a workbook alike, so
that all refuse a value out of range in the same words.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from numbers import Real

from modelgen.dates import from_serial, to_serial
from modelgen.fiscal import BANDS, CALENDAR_YEAR, BadPeriodError, Fiscal
from modelgen.problem import ModelError, Problem, did_you_mean, fail
from modelgen.text.printed import BadValueError, typed_date, typed_number

BLANK = float("nan")
"""The value of an optional input that is blank."""

UNBOUNDED = 1e12
"""The bound, up and down, of an input without a range: above any amount, below where digits are lost. A
workbook counts what lies beyond as unreadable.
"""

Typed = str | float | date
"""A value as a caller gives it: typed text, or a Python number or date."""


def value_words(value: float, kind: str = "number", percent: bool = False) -> str:
    """A value as an author would type it.

    >>> value_words(0.0135, percent=True), value_words(44286, "date"), value_words(1234.5)
    ('1.35%', '2021-03-31', '1,234.5')
    """
    if math.isnan(value):
        return "blank"
    if kind == "date":
        try:
            return from_serial(value).isoformat()
        except OverflowError:
            return f"{value:g}"
    if percent:
        return f"{value * 100:g}%"
    return f"{value:,.10f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an input may hold: a number or a date, from `least` to `most` if these are given, one of the
    `codes` if any are listed, and a blank if it is `optional`; only `whole` numbers, as dates always are.

    >>> rate = Allowed(percent=True, least=-0.1, most=0.2)
    >>> rate.value("1.5%"), rate.problem(0.5)
    (0.015, '50% is out of range: from -10% to 20%')
    """

    kind: str = "number"
    percent: bool = False
    least: float | None = None
    most: float | None = None
    codes: tuple[float, ...] = ()
    optional: bool = False
    whole: bool = False

    def value(self, typed: Typed) -> float:
        """The number for a given value; for a date, its Excel day number. Raises BadValueError."""
        if isinstance(typed, datetime):
            typed = typed.date()
        if isinstance(typed, date):
            if self.kind != "date":
                raise BadValueError(f"{typed} is a date, but a number is needed")
            return float(to_serial(typed))
        if isinstance(typed, str):
            if typed.strip() == "blank" and self.optional:
                return BLANK
            return float(typed_date(typed)) if self.kind == "date" else typed_number(typed)
        if isinstance(typed, bool) or not isinstance(typed, Real) or not math.isfinite(typed):
            raise BadValueError(f"'{typed}' is not a finite number")
        return float(typed)

    def problem(self, value: float) -> str:
        """Why a value is not allowed; empty if it is."""
        if math.isnan(value):
            return "" if self.optional else "it is blank, but a value is needed"
        least = -UNBOUNDED if self.least is None else self.least
        most = UNBOUNDED if self.most is None else self.most
        if not least <= value <= most or (self.codes and value not in self.codes):
            return f"{self.words(value)} is out of range: {self.range_words()}"
        if not value.is_integer() and (self.whole or self.kind == "date"):
            return f"{value:g} is not a whole {'day' if self.kind == 'date' else 'number'}"
        return ""

    def nearest_to_zero(self) -> float:
        """What stands for a value that nobody has given: zero, or what is nearest to it."""
        if self.codes:
            return self.codes[0]
        least = -math.inf if self.least is None else self.least
        return min(max(0.0, least), math.inf if self.most is None else self.most)

    def words(self, value: float) -> str:
        """A value as an author would type it."""
        return value_words(value, self.kind, self.percent)

    def range_words(self) -> str:
        """The range in words."""
        if self.codes:
            return f"one of {', '.join(self.words(code) for code in self.codes)}"
        if self.least is None and self.most is None:
            return f"from {self.words(-UNBOUNDED)} to {self.words(UNBOUNDED)}"
        if self.least is None or self.most is None:
            ends = (("at least", self.least), ("at most", self.most))
            return ", ".join(f"{side} {self.words(end)}" for side, end in ends if end is not None)
        return f"from {self.words(self.least)} to {self.words(self.most)}"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value for one input as given; for a row, `period` is the last day or the month of a period."""

    id: str
    period: str | None
    typed: Typed

    @classmethod
    def of(cls, target: str, typed: Typed) -> "Setting":
        """The setting of `ID` or `ID@PERIOD` to a value.

        >>> Setting.of("growth@2007-03", "2%")
        Setting(id='growth', period='2007-03', typed='2%')
        """
        id_, at, period = target.strip().partition("@")
        return cls(id_.strip(), period.strip() if at else None, typed)

    @classmethod
    def parse(cls, text: str) -> "Setting":
        """The setting written as `ID=VALUE` or `ID@PERIOD=VALUE`. Raises BadValueError.

        >>> Setting.parse("growth=1%")
        Setting(id='growth', period=None, typed='1%')
        """
        target, equals, value = text.partition("=")
        if not equals or not target.strip() or not value.strip():
            raise BadValueError(f"'{text}' is not ID=VALUE (or ID@2007-03=VALUE)")
        return cls.of(target, value.strip())

    def __str__(self) -> str:
        return f"{self.id}{'' if self.period is None else f'@{self.period}'}={self.typed}"


@dataclass(frozen=True, slots=True)
class Target:
    """An input that can be set: what it may hold and, for a row, the last day of each column's period (None
    for a column that cannot be set), and the fiscal year by which periods are named.
    """

    allowed: Allowed
    ends: Sequence[date | None] | None = None
    fiscal: Fiscal = CALENDAR_YEAR


@dataclass(frozen=True, slots=True)
class Change:
    """A setting as resolved: the input, for a row the index of the period, and the value as a number."""

    id: str
    index: int | None
    value: float


@dataclass(frozen=True, slots=True)
class Changes:
    """The resolved settings; `forced` says in words which were accepted although out of range."""

    changes: tuple[Change, ...]
    forced: tuple[str, ...] = ()


def settings_of(given: Mapping[str, Typed] | Sequence[Setting | str]) -> tuple[Setting, ...]:
    """Settings from a mapping of `ID` or `ID@PERIOD` to values, or from texts `ID=VALUE`; settings are taken
    as they are. Raises ModelError for a text that is no setting.
    """
    if isinstance(given, Mapping):
        return tuple(Setting.of(str(target), typed) for target, typed in given.items())
    many = (given,) if isinstance(given, str) else given
    try:
        return tuple(one if isinstance(one, Setting) else Setting.parse(str(one)) for one in many)
    except BadValueError as error:
        raise fail(str(error)) from None


def resolved(
    settings: Sequence[Setting],
    targets: Mapping[str, Target],
    computed: Collection[str] = (),
    force: bool = False,
) -> Changes:
    """The settings resolved against the inputs in `targets`. `computed` are the ids of lines, for a better
    message. Raises ModelError with every problem: an id that is not an input, a period missing,
    unknown or not applicable, a value that cannot be read, or, unless `force`, one out of range.
    """
    problems: list[Problem] = []
    changes: list[Change] = []
    forced: list[str] = []
    for setting in settings:
        target = targets.get(setting.id)
        if target is None:
            what = "is computed, not an input" if setting.id in computed else "is not an input"
            hint = did_you_mean(setting.id, targets)
            problems.append(Problem(f"'{setting.id}' {what}", None, hint))
            continue
        try:
            index = _index(setting, target)
            value = target.allowed.value(setting.typed)
        except BadValueError as error:
            problems.append(Problem(f"{setting.id}: {error}"))
            continue
        if (setting.id, index) in [(change.id, change.index) for change in changes]:
            problems.append(Problem(f"{setting.id}: it is set twice"))
        wrong = target.allowed.problem(value)
        if wrong and force:
            forced.append(f"{setting}: {wrong}")
        elif wrong:
            problems.append(Problem(f"{setting.id}: {wrong}", None, "--force sets it anyway"))
        changes.append(Change(setting.id, index, value))
    if problems:
        raise ModelError(problems)
    return Changes(tuple(changes), tuple(forced))


def _index(setting: Setting, target: Target) -> int | None:
    if target.ends is None:
        if setting.period is not None:
            raise BadValueError("it has one value and no periods: leave out the @")
        return None
    if setting.period is None:
        raise BadValueError(
            f"it has a value for each period: write {setting.id}@2007-03={setting.typed}"
        )
    of_band = setting.id.partition(".")[0] in BANDS
    index = period_index(target.ends, setting.period, target.fiscal, of_band)
    if index is None:
        days = [end for end in target.ends if end is not None]
        span = f"; its periods run from {days[0]} to {days[-1]}" if days else ""
        raise BadValueError(f"it has no period {setting.period}{span}")
    return index


def period_index(
    ends: Sequence[date | None],
    period: str,
    fiscal: Fiscal = CALENDAR_YEAR,
    of_band: bool = False,
) -> int | None:
    """The index of a period by its last day (2007-03-31), its month (2007-03) or its name, None if there is
    none. A name of another duration than the periods have names none of them; in a band, periods have many.

    >>> ends = [date(2007, 3, 31), date(2007, 6, 30)]
    >>> period_index(ends, "2007-06"), period_index(ends, "Q1 FY2007"), period_index(ends, "FY2007")
    (1, 0, None)
    """
    for index, end in enumerate(ends):
        if end is not None and period in (end.isoformat(), end.isoformat()[:7]):
            return index
    try:
        span = fiscal.parse(period)
    except BadPeriodError:
        return None
    months = fiscal.months(span)
    last = fiscal.index(span.last)
    found = {fiscal.index(end): index for index, end in enumerate(ends) if end is not None}
    steps = [after - before for before, after in pairwise(sorted(found))]
    if span.first is None or (steps and not of_band and months not in (1, min(steps))):
        return None
    return found.get(last)
