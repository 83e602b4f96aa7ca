"""The sheets of a model: which there are, and what is wrong with them and their charts."""

from collections.abc import Mapping, Sequence

from modelgen.model.plain import Line, Section
from modelgen.model.resolve import Names
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import ChartText, SheetText


def sheet_problems(deal: DealText) -> list[Problem]:
    """Problems with sheets: two maps, names that differ only in case, timelines that there are not."""
    problems: list[Problem] = []
    folded: dict[str, str] = {}
    sheets = deal.sheets()
    maps = [name for name, sheet in sheets.items() if sheet.kind == "map"]
    problems += [
        Problem(
            f"there can be only one map, and '{maps[0]}' is one already",
            deal.key_place("sheets", name),
        )
        for name in maps[1:]
    ]
    for name, sheet in sheets.items():
        if name.lower() in folded:
            problems.append(
                Problem(
                    f"the sheets '{folded[name.lower()]}' and '{name}' differ only in case",
                    deal.key_place("sheets", name),
                )
            )
        folded[name.lower()] = name
        if sheet.timeline and sheet.timeline not in deal.document.timelines:
            problems.append(
                Problem(
                    f"'{sheet.timeline}' is not a timeline",
                    deal.place("sheets", name, "timeline"),
                    did_you_mean(sheet.timeline, deal.document.timelines),
                )
            )
    return problems


def chart_problems(deal: DealText, lines: Mapping[str, Line], names: Names) -> list[Problem]:
    """Problems with charts: unknown units, and lines that are none over a timeline."""
    problems = []
    for sheet, text in deal.sheets().items():
        for number, chart in enumerate(text.charts):
            path = ("sheets", sheet, "charts", number)
            if chart.unit not in deal.document.units:
                hint = did_you_mean(chart.unit, deal.document.units)
                problems.append(
                    Problem(f"'{chart.unit}' is not a unit", deal.place(*path, "unit"), hint)
                )
            if chart.categories is not None and chart.categories not in lines:
                place = deal.place(*path, "categories")
                hint = did_you_mean(chart.categories, lines)
                problems.append(Problem(f"'{chart.categories}' is not a line", place, hint))
            for index, name in enumerate(chart.lines):
                for id_ in charted_lines(name, names.sets):
                    if id_ in names.dropped:
                        continue  # it leaves the chart
                    if id_ not in lines or lines[id_].timeline is None:
                        hint = did_you_mean(id_, [i for i, line in lines.items() if line.timeline])
                        place = deal.place(*path, "lines", index)
                        problems.append(
                            Problem(f"'{id_}' is not a line over a timeline", place, hint)
                        )
    return problems


def sheets_in_use(
    deal: DealText, sections: Sequence[Section], names: Names
) -> dict[str, SheetText]:
    """The sheets with something on them. A chart without a line, as of a set without members, is none."""
    found = {}
    filled = {section.sheet for section in sections}
    for name, text in deal.sheets().items():
        charts = [chart for c in text.charts if (chart := _charted(c, names)).lines]
        if text.kind != "lines" or name in filled or charts:
            found[name] = (
                text if charts == text.charts else text.model_copy(update={"charts": charts})
            )
    return found


def _charted(chart: ChartText, names: Names) -> ChartText:
    """A chart with the lines that there are: without those over sets without members and those dropped."""
    lines: list[str] = []
    for entry in chart.lines:
        meant = charted_lines(entry, names.sets)
        kept = [id_ for id_ in meant if id_ not in names.dropped]
        lines += kept if kept != meant else [entry] if meant else []
    return chart if lines == chart.lines else chart.model_copy(update={"lines": lines})


def charted_lines(name: str, sets: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The lines that an entry of a chart means: set.line means that line of each member, and a set its
    members' own lines.
    """
    head, _, rest = name.partition(".")
    if head not in sets:
        return [name]
    return [f"{member}.{rest}" if rest else member for member in sets[head]]
