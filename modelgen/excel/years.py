"""The fiscal years of a sheet's periods: what prints on one page, and what folds away."""

from modelgen.model.plain import Model

MOST_ON_A_PAGE = 12


def years_of(model: Model, timeline: str, columns: list[int]) -> list[list[int]]:
    """The columns of each fiscal year of a timeline, comparative periods among them."""
    found: list[list[int]] = []
    last: int | None = None
    for column, end in zip(columns, model.timelines[timeline].columns, strict=True):
        year = model.fiscal.year(model.fiscal.index(end))
        if year != last:
            found.append([])
        found[-1].append(column)
        last = year
    return found


def pages_of(years: list[list[int]]) -> list[list[int]]:
    """The years that print on one page: as many whole years as give no more than twelve columns.

    >>> pages_of([[3], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]])
    [[3, 5, 6, 7, 8, 9, 10, 11, 12], [13, 14, 15, 16]]
    """
    found: list[list[int]] = []
    for year in years:
        for start in range(0, len(year), MOST_ON_A_PAGE):
            part = year[start : start + MOST_ON_A_PAGE]
            if found and len(found[-1]) + len(part) <= MOST_ON_A_PAGE:
                found[-1] += part
            else:
                found.append(list(part))
    return found


def fold_months(model: Model, timeline: str, years: list[list[int]]) -> set[int]:
    """The months that are not the last of their fiscal year: folded away, the year ends remain."""
    if model.timelines[timeline].step != "month":
        return set()
    return {column for year in years for column in year[:-1]}
