"""As many decimals as the sources print: a company that reports 412.6 million is not shown as 413.

A unit's format asks for them: `{decimals}` stands for the point and its zeros, `{half}` for half of the last,
below which a number is no more than what floating point leaves.
"""

from dataclasses import replace

from modelgen.model.plain import Model, Unit

DECIMALS, HALF = "{decimals}", "{half}"
MOST = 4


def as_printed(model: Model) -> Model:
    """The model, whose units show the most decimals of any figure printed in them."""
    printed: dict[str, float] = {}
    for figure in model.figures:
        printed[figure.unit.id] = min(printed.get(figure.unit.id, 1.0), figure.precision)
    units = {id_: shown(unit, printed.get(id_, 1.0)) for id_, unit in model.units.items()}
    items = {
        id_: item if item.unit is None else replace(item, unit=units[item.unit.id])
        for id_, item in model.items.items()
    }
    return replace(model, units=units, items=items)


def shown(unit: Unit, precision: float) -> Unit:
    """The unit, whose format shows numbers to a precision: 0.1 for one decimal.

    >>> money = Unit("money", "EUR million", "money", 1, "[>={half}]#,##0{decimals};0", "number")
    >>> shown(money, 0.1).format
    '[>=0.05]#,##0.0;0'
    """
    if DECIMALS not in unit.format:
        return unit
    places = next((n for n in range(MOST) if precision > 10.0**-n * 0.999), MOST)
    text = unit.format.replace(DECIMALS, "." + "0" * places if places else "")
    return replace(unit, format=text.replace(HALF, f"{10.0**-places / 2:.{places + 1}f}"))
