"""The currency of a deal, "EUR million": fills in the labels and factors of the units that depend on it.

Money is counted in the currency's scale (its base unit is a million euros); so are shares. A unit's label or
factor may hold {money} (EUR million), {code} (EUR), {scale} (million) and {one} (0.000001, one euro in
the base unit).
"""

import re
from dataclasses import dataclass

from modelgen.problem import Problem, did_you_mean
from modelgen.text.yaml_text import Plain, Positioned

SCALES = {"": 1.0, "thousand": 1e-3, "million": 1e-6, "billion": 1e-9}
FORM = "write a currency and its scale: EUR, USD thousand, GBP million"
_CURRENCY = re.compile(r"([A-Za-z]{1,4}\$?|[^\w\s]{1,3})(?: ([a-z]+))?")
_PLACEHOLDER = re.compile(r"\{(money|code|scale|one)\}")


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency's code, and the scale in which the model counts it."""

    code: str
    scale: str

    @property
    def texts(self) -> dict[str, str]:
        """What the placeholders of a unit stand for."""
        return {
            "money": f"{self.code} {self.scale}".strip(),
            "code": self.code,
            "scale": self.scale,
            "one": f"{SCALES[self.scale]:.10g}",
        }


def currency_of(text: str) -> Currency | str:
    """The currency that a text names, or what is wrong with it.

    >>> currency_of("EUR million").texts["one"]
    '1e-06'
    """
    found = _CURRENCY.fullmatch(" ".join(text.split()))
    if found is None:
        return f"'{text}' is not a currency: {FORM}"
    scale = found[2] or ""
    if scale not in SCALES:
        near = did_you_mean(scale, [name for name in SCALES if name])
        return (
            f"'{scale}' is not a scale: thousand, million or billion{f' ({near})' if near else ''}"
        )
    return Currency(found[1], scale)


def fill_currency(document: Positioned) -> list[Problem]:
    """Fills in the placeholders of the document's units; gives what is wrong with its currency."""
    units, text = document.plain.get("units"), document.plain.get("currency")
    if not isinstance(units, dict):
        return []
    problems: list[Problem] = []
    found = currency_of(text) if isinstance(text, str) else None
    if isinstance(found, str):
        problems.append(Problem(found, document.place(("currency",))))
    elif found is None and any(_placeholders(unit) for unit in units.values()):
        problems.append(Problem(f"a deal needs 'currency': {FORM}", document.place(())))
    # Where the currency is wrong the units are filled in all the same: they are not a second problem.
    texts = (found if isinstance(found, Currency) else Currency("", "")).texts
    for unit in units.values():
        if isinstance(unit, dict):
            for key in _placeholders(unit):
                filled = _PLACEHOLDER.sub(lambda at: texts[at[1]], str(unit[key]))
                unit[key] = " ".join(filled.split())
    return problems


def _placeholders(unit: Plain) -> list[str]:
    """The keys of a unit whose texts hold placeholders."""
    if not isinstance(unit, dict):
        return []
    return [
        key for key, text in unit.items() if isinstance(text, str) and _PLACEHOLDER.search(text)
    ]
