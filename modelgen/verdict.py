"""The verdict on a model: which figures tie, which checks hold, which alerts are raised, and what cannot be
trusted.

It is made in the same way from the evaluator's values and from a workbook recalculated by an engine, and
every command prints it. A model holds if every figure ties, every integrity check holds, no formula has been
overtyped or added, and every input and line can be read. An alert flags a state of the credit, and a
housekeeping check a state of the workbook (such as stale values computed at build): neither breaks the model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from modelgen.series import Shown, plain

INTEGRITY, ALERT, HOUSEKEEPING = "integrity", "alert", "housekeeping"
_NAMED = 10  # of lines in error, or inputs without a basis or value, as many are named


_ALIKE = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Tie:
    """A figure compared with the line that it ties to, in the figure's own unit; dates are ISO texts."""

    figure: str
    label: str
    line: str
    period: str | None
    published: Shown
    computed: Shown
    difference: Shown
    tolerance: Shown
    unit: str
    source: str
    place: str
    ties: bool

    def __str__(self) -> str:
        period = f" {self.period}" if self.period else ""
        return (
            f"{self.line}{period}, printed at {self.source} {self.place}: published "
            f"{plain(self.published)}, computed {plain(self.computed)}, difference "
            f"{plain(self.difference)} {self.unit}"
        )


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check: whether it holds, and the largest difference that it found; of one that does not
    hold and runs over periods, the last day of the first period with that difference.
    """

    id: str
    label: str
    kind: str
    holds: bool
    difference: Shown
    period: str | None = None

    @property
    def where(self) -> str:
        """The period of the largest difference, in words; empty if there is none."""
        return f" in the period ending {self.period}" if self.period else ""


def worst_of(differences: Sequence[object]) -> int | None:
    """The index of the first of the largest differences of a check, None if none is a number. Engines sum in
    different orders: what differs in its last digits alone is as large.
    """
    sizes = [abs(d) if isinstance(d, float) and not isnan(d) else 0.0 for d in differences]
    largest = max(sizes, default=0.0)
    return next((n for n, size in enumerate(sizes) if 0 < largest * _ALIKE <= size), None)


@dataclass(frozen=True, slots=True)
class Overtyped:
    """A cell whose formula differs from the one at build; if `was` is empty, a formula that was added."""

    cell: str
    id: str
    was: str
    now: str

    @property
    def words(self) -> str:
        """What happened to the cell, in a sentence."""
        if not self.was:
            return f"{self.cell}: the formula {self.now} was added"
        return f"{self.cell} ({self.id}): {self.was} was replaced by {self.now}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input's cell whose content cannot be used as a value, and why."""

    cell: str
    id: str
    message: str

    @property
    def words(self) -> str:
        """What is wrong, in a sentence."""
        return f"{self.cell} ({self.id}) {self.message}"


@dataclass(frozen=True)
class Verdict:
    """The whole verdict. `errors` says which lines show an error, `lost` which parts of the contract a
    workbook has lost, `forced` which settings were accepted out of range; with `overtyped_allowed`, formulas
    that were overtyped or added do not break the model. `unfounded` are the inputs whose value nobody has
    given a reason for; `missing`, in a draft, those to which nobody has given a value.
    """

    ties: tuple[Tie, ...]
    checks: tuple[Check, ...]
    overtyped: tuple[Overtyped, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    errors: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()
    overtyped_allowed: bool = False
    unfounded: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def untied(self) -> tuple[Tie, ...]:
        """The figures that do not tie."""
        return tuple(tie for tie in self.ties if not tie.ties)

    def of_kind(self, kind: str) -> tuple[Check, ...]:
        """The checks of a kind: integrity, alert or housekeeping."""
        return tuple(check for check in self.checks if check.kind == kind)

    @property
    def failing(self) -> tuple[Check, ...]:
        """The integrity checks that fail."""
        return tuple(check for check in self.of_kind(INTEGRITY) if not check.holds)

    @property
    def alerts(self) -> tuple[Check, ...]:
        """The alerts that are raised."""
        return tuple(check for check in self.of_kind(ALERT) if not check.holds)

    @property
    def housekeeping(self) -> tuple[Check, ...]:
        """The housekeeping checks that do not hold."""
        return tuple(check for check in self.of_kind(HOUSEKEEPING) if not check.holds)

    @property
    def readable(self) -> bool:
        """Whether the values can be trusted: every input can be read, no line shows an error, nothing is
        lost.
        """
        return not (self.unreadable or self.errors or self.lost)

    @property
    def ok(self) -> bool:
        """Whether the model holds."""
        overtyped = bool(self.overtyped) and not self.overtyped_allowed
        broken = self.untied or self.failing or overtyped or self.missing
        return not broken and self.readable

    @property
    def sentence(self) -> str:
        """Whether the model holds, and what it shows all the same: a model may hold of a company that breaks
        its covenants.
        """
        if not self.ok:
            return "THE MODEL DOES NOT HOLD"
        if not self.alerts:
            return "The model holds"
        some = "an alert" if len(self.alerts) == 1 else f"{len(self.alerts)} alerts"
        return f"The model holds, and what it shows raises {some}"

    def facts(self) -> list[tuple[str, str]]:
        """The counts of the verdict, each with its name; those of what is wrong only if there is any."""
        integrity = self.of_kind(INTEGRITY)
        found = [
            ("Figures tied", f"{len(self.ties) - len(self.untied)} of {len(self.ties)}"),
            ("Checks that hold", f"{len(integrity) - len(self.failing)} of {len(integrity)}"),
            ("Alerts raised", str(len(self.alerts))),
        ]
        waived = " (allowed)" if self.overtyped_allowed else ""
        for name, some, more in (
            ("Inputs without a value", self.missing, ""),
            ("Formulas overtyped or added", self.overtyped, waived),
            ("Inputs that cannot be read", self.unreadable, ""),
            ("Lines that show an error", self.errors, ""),
            ("Lost from the workbook", self.lost, ""),
            ("Settings out of range", self.forced, " (forced)"),
            ("Judgements without a basis", self.unfounded, ""),
            ("Housekeeping", self.housekeeping, ""),
        ):
            if some:
                found.append((name, f"{len(some)}{more}"))
        return found

    def details(self, tables_shown: bool = False) -> Iterator[str]:
        """What is wrong or worth knowing, one sentence each, the most serious first; with `tables_shown`,
        without figures, checks and alerts.
        """
        for unreadable in self.unreadable:
            yield f"cannot be read: {unreadable.words}"
        # A check that shows an error has nothing to say beside the lines that it reads.
        failing = [check for check in self.failing if not isinstance(check.difference, str)]
        alerts = [check for check in self.alerts if not isinstance(check.difference, str)]
        for check in () if tables_shown else failing:
            yield f"fails: {check.id} ({check.label}), difference {plain(check.difference)}{check.where}"
        yield from self.errors[:_NAMED]
        if len(self.errors) > _NAMED:
            yield f"{len(self.errors) - _NAMED} more lines show an error: --json lists them"
        if in_error := len(self.failing) + len(self.alerts) - len(failing) - len(alerts):
            yield f"{in_error} checks and alerts show an error, as lines that they read do"
        yield from self.lost
        for tie in () if tables_shown else self.untied:
            yield f"does not tie: {tie}"
        for odd in self.overtyped:
            yield odd.words
        for text in self.forced:
            yield f"forced: {text}"
        for check in () if tables_shown else alerts:
            yield f"alert: {check.label}, {plain(check.difference)}{check.where}"
        for check in self.housekeeping:
            yield f"housekeeping: {check.label}"
        if self.unfounded:
            yield f"no basis given: {_first_of(self.unfounded)}"
        if self.missing:
            yield f"no value given yet: {_first_of(self.missing)}"

    def __str__(self) -> str:
        counts = "; ".join(f"{name} {value}" for name, value in self.facts())
        return "\n".join([f"{self.sentence}: {counts}", *(f"  {line}" for line in self.details())])

    def __repr__(self) -> str:
        counts = ", ".join(f"{name.lower()} {value}" for name, value in self.facts())
        return f"<Verdict {'holds' if self.ok else 'DOES NOT HOLD'}: {counts}>"

    def as_json(self) -> dict[str, Any]:
        """The verdict as plain data, the format of --json."""
        return {
            "tieouts": [_tie_json(tie) for tie in self.ties],
            "checks": [asdict(check) for check in self.checks],
            "ok": self.ok,
            "alerts": [check.id for check in self.alerts],
            "housekeeping": [check.id for check in self.housekeeping],
            "overtyped": [asdict(odd) for odd in self.overtyped],
            "overtyped_allowed": self.overtyped_allowed,
            "unreadable": [asdict(one) for one in self.unreadable],
            "errors": list(self.errors),
            "lost": list(self.lost),
            "forced": list(self.forced),
            "unfounded": list(self.unfounded),
            "missing": list(self.missing),
        }


def _first_of(ids: Sequence[str]) -> str:
    more = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _tie_json(tie: Tie) -> dict[str, Any]:
    """A tie-out as plain data; `line` is the source's line if its place is one, `ties_to` the model's
    line.
    """
    found = asdict(tie)
    found["ties_to"] = found.pop("line")
    found["line"] = int(tie.place) if tie.place.isdigit() and tie.place[0] != "0" else None
    return found
