"""Synthetic releases with known truth: a made-up company's three statements, set in many layouts as fixed-width
text and as HTML. Nothing here is a real company's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from html import escape

Period = tuple[date | None, date]


@dataclass(frozen=True)
class Line:
    """A row as it stands in the books: label, a value in whole units for each period (None: a dash), unit."""

    label: str
    values: tuple[Decimal | None, ...] = ()
    unit: str = "money"
    edge: str = ""
    level: int = 1


@dataclass(frozen=True)
class Layout:
    """How a statement is set."""

    scale: int = 3
    decimals: int = 0
    header: str = "months"  # months, stacked, quarter, weeks, stub, wrapped, numeric
    scale_at: str = "title"  # title, stub, once
    leaders: bool = False
    width: int = 52
    sign: str = "parentheses"  # parentheses, minus
    dash: str = "--"
    currency: str = "$"
    wrapped: bool = False
    footnotes: bool = False
    totals: bool = True
    rules: bool = True
    spread: int = 14
    nested: bool = False
    split: bool = True  # HTML: currency and parentheses in cells of their own
    reverse: bool = False
    share_words: str = "except per share amounts"
    gaps: int = 0


@dataclass(frozen=True)
class Truth:
    """What a numeral means: value in whole units with the sign as printed, first and last day."""

    value: Decimal
    start: date | None
    end: date


@dataclass
class Release:
    """A release as text or HTML, and its truth."""

    text: str = ""
    truth: list[Truth] = field(default_factory=list)


QUARTER, QUARTER_BEFORE = (
    (date(2031, 4, 1), date(2031, 6, 30)),
    (date(2030, 4, 1), date(2030, 6, 30)),
)
HALF, HALF_BEFORE = (date(2031, 1, 1), date(2031, 6, 30)), (date(2030, 1, 1), date(2030, 6, 30))
NOW, YEAR_END = (None, date(2031, 6, 30)), (None, date(2030, 12, 31))
MONTHS = (
    "January February March April May June July August September October November December".split()
)


def thousand(*values: int | None) -> tuple[Decimal | None, ...]:
    """Values in thousands as whole units."""
    return tuple(None if value is None else Decimal(value) * 1000 for value in values)


def income(layout: Layout) -> list[Line]:
    """The rows of an income statement: a quarter, the one before, a half year, the one before."""
    lines = [
        Line("Net sales", thousand(84_210, 80_905, 165_380, 158_447)),
        Line("Cost of sales", thousand(51_377, 50_118, 101_420, 98_603)),
        Line("Gross profit", thousand(32_833, 30_787, 63_960, 59_844), level=2),
        Line("Operating expenses:"),
        Line("Selling and administrative", thousand(18_204, 17_911, 36_020, 35_117), level=2),
        Line("Impairment of assets", thousand(None, 1_250, None, 1_250), level=2),
        Line("Income from operations", thousand(14_629, 11_626, 27_940, 23_477)),
        Line("Interest expense", thousand(-2_104, -2_288, -4_231, -4_604)),
        Line("Income before income taxes", thousand(12_525, 9_338, 23_709, 18_873)),
        Line("Income tax provision", thousand(3_131, 2_335, 5_927, 4_718)),
        Line("Net income", thousand(9_394, 7_003, 17_782, 14_155), level=2),
        Line("Net income per share:"),
        Line("Basic", tuple(map(Decimal, ("0.47", "0.35", "0.89", "0.71"))), "per share", level=2),
        Line(
            "Diluted", tuple(map(Decimal, ("0.46", "0.34", "0.87", "0.69"))), "per share", level=2
        ),
        Line("Weighted average shares outstanding:"),
        Line("Basic", thousand(20_012, 19_907, 19_980, 19_850), "shares", level=2),
        Line("Diluted", thousand(20_455, 20_398, 20_440, 20_401), "shares", level=2),
    ]
    return (
        lines
        if layout.totals
        else [line for line in lines if not line.label.startswith(("Gross", "Income from"))]
    )


def balance(layout: Layout) -> list[Line]:
    """The rows of a balance sheet: now, and the year's end before."""
    lines = [
        Line("ASSETS"),
        Line("Current assets:"),
        Line("Cash and cash equivalents", thousand(12_480, 9_876), level=2),
        Line("Accounts receivable, net of allowances", thousand(40_115, 38_220), level=2),
        Line("Inventories", thousand(33_207, 35_001), level=2),
        Line("Total current assets", thousand(85_802, 83_097), level=3),
        Line("Property, plant and equipment, net", thousand(60_318, 61_902)),
        Line("Goodwill", thousand(22_000, 22_000)),
        Line("Total assets", thousand(168_120, 166_999), level=2),
        Line("LIABILITIES AND SHAREHOLDERS' EQUITY"),
        Line("Current liabilities:"),
        Line("Accounts payable", thousand(21_304, 22_118), level=2),
        Line("Short-term borrowings", thousand(None, 5_000), level=2),
        Line("Total current liabilities", thousand(21_304, 27_118), level=3),
        Line("Long-term debt", thousand(70_000, 72_500)),
        Line("Shareholders' equity:"),
        Line("Common stock, $0.01 par value", thousand(204, 203), level=2),
        Line("Retained earnings", thousand(80_112, 70_678), level=2),
        Line("Treasury stock, at cost", thousand(-3_500, -3_500), level=2),
        Line("Total shareholders' equity", thousand(76_816, 67_381), level=3),
        Line("Total liabilities and shareholders' equity", thousand(168_120, 166_999), level=2),
    ]
    return (
        lines
        if layout.totals
        else [line for line in lines if "current" not in line.label or line.label.endswith(":")]
    )


def cash(layout: Layout) -> list[Line]:
    """The rows of a statement of cash flows: a half year, and the one before."""
    del layout
    return [
        Line("Cash flows from operating activities:"),
        Line("Net income", thousand(17_782, 14_155), level=2),
        Line("Depreciation and amortization", thousand(6_140, 6_022), level=2),
        Line("Impairment of assets", thousand(None, 1_250), level=2),
        Line("Change in inventories", thousand(1_794, -2_410), level=2),
        Line("Net cash provided by operating activities", thousand(25_716, 19_017)),
        Line("Cash flows from investing activities:"),
        Line("Capital expenditures", thousand(-7_364, -8_120), level=2),
        Line("Net cash used in investing activities", thousand(-7_364, -8_120)),
        Line("Cash flows from financing activities:"),
        Line("Repayments of borrowings", thousand(-7_500, -6_000), level=2),
        Line("Dividends paid to shareholders", thousand(-8_248, -7_700), level=2),
        Line("Net cash used in financing activities", thousand(-15_748, -13_700)),
        Line("Net increase (decrease) in cash", thousand(2_604, -2_803)),
        Line(
            "Cash and cash equivalents at beginning of period",
            thousand(9_876, 11_020),
            edge="beginning",
        ),
        Line("Cash and cash equivalents at end of period", thousand(12_480, 8_217), edge="end"),
    ]


STATEMENTS = (
    (
        "income",
        "CONSOLIDATED STATEMENTS OF INCOME",
        income,
        (QUARTER, QUARTER_BEFORE, HALF, HALF_BEFORE),
    ),
    ("balance", "CONSOLIDATED BALANCE SHEETS", balance, (NOW, YEAR_END)),
    ("cash", "CONSOLIDATED STATEMENTS OF CASH FLOWS", cash, (HALF, HALF_BEFORE)),
)


def layouts() -> Iterator[tuple[str, Layout]]:
    """Some seventy layouts, by name: one thing changed at a time, then several."""
    plain = Layout()
    yield "plain", plain
    for header in ("stacked", "quarter", "stub", "wrapped", "numeric", "named"):
        yield f"header-{header}", replace(plain, header=header)
        yield f"header-{header}-wide", replace(plain, header=header, width=70, spread=17)
    for scale, decimals in ((0, 0), (3, 0), (6, 1), (6, 3)):
        for sign in ("parentheses", "minus"):
            yield (
                f"scale-{scale}-{decimals}-{sign}",
                replace(plain, scale=scale, decimals=decimals, sign=sign, spread=16),
            )
    for at in ("title", "stub", "once"):
        yield f"scale-said-{at}", replace(plain, scale_at=at)
    for dash in ("-", "--", "—", "–"):
        yield f"dash-{dash}", replace(plain, dash=dash)
    for width in (40, 46, 60, 80):
        yield f"width-{width}", replace(plain, width=width)
        yield f"width-{width}-leaders", replace(plain, width=width, leaders=True)
        yield f"width-{width}-wrapped", replace(plain, width=width, wrapped=True)
    for spread in (12, 15, 20):
        yield f"spread-{spread}", replace(plain, spread=spread, rules=False)
    for currency in ("$", "€", "£", ""):
        yield f"currency-{currency or 'none'}", replace(plain, currency=currency)
    yield "footnotes", replace(plain, footnotes=True)
    yield "no-totals", replace(plain, totals=False)
    yield "no-rules", replace(plain, rules=False)
    yield "blank-lines", replace(plain, gaps=1)
    yield "reverse", replace(plain, reverse=True)
    yield "nested", replace(plain, nested=True)
    yield "whole-cells", replace(plain, split=False)
    yield "shares-whole", replace(plain, share_words="except share and per share amounts")
    yield (
        "shares-in-thousands",
        replace(
            plain,
            scale=6,
            decimals=1,
            share_words="except shares in thousands and per share amounts",
        ),
    )
    for index, header in enumerate(("months", "stacked", "stub", "wrapped")):
        yield (
            f"many-{header}",
            replace(
                plain,
                header=header,
                leaders=True,
                wrapped=True,
                footnotes=True,
                sign=("minus", "parentheses")[index % 2],
                scale=(3, 6)[index % 2],
                decimals=index % 2,
                dash="—",
                width=48,
                spread=15,
            ),
        )


def scale_words(layout: Layout, statement: str) -> str:
    """The sentence that says the scale, "" for whole units."""
    name = {0: "", 3: "In thousands", 6: "In millions"}[layout.scale]
    if not name:
        return ""
    return f"({name}, {layout.share_words})" if statement == "income" else f"({name})"


def share_scale(layout: Layout) -> int:
    """The power of ten in which share counts are printed."""
    if "shares in thousands" in layout.share_words:
        return 3
    return 0 if "share and per" in layout.share_words else layout.scale


def printed(value: Decimal | None, line: Line, layout: Layout) -> tuple[str, Decimal | None]:
    """A numeral as printed without currency, and the value that it then stands for; None for a dash."""
    if value is None:
        return layout.dash, None
    power = {"money": layout.scale, "per share": 0, "shares": share_scale(layout)}[line.unit]
    decimals = 2 if line.unit == "per share" else layout.decimals if power else 0
    if line.unit == "shares" and power != layout.scale:
        decimals = 0
    shown = round(value / Decimal(10) ** power, decimals)
    text = f"{abs(shown):,.{decimals}f}"
    if shown < 0:
        text = f"({text})" if layout.sign == "parentheses" else f"-{text}"
    return text, shown * Decimal(10) ** power


def day_words(day: date) -> str:
    """June 30, 2031."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def heads(statement: str, periods: Sequence[Period], layout: Layout) -> tuple[list[list[str]], str]:
    """Rows of header words, one for each column or for each group of two, and words for the stub."""
    ends = [end for _, end in periods]
    years = [str(end.year) for end in ends]
    if statement == "balance":
        if layout.header in ("stacked", "wrapped"):
            return [[f"{MONTHS[end.month - 1]} {end.day}," for end in ends], years], ""
        if layout.header == "numeric":
            return [[f"{end.month}/{end.day}/{end.year}" for end in ends]], ""
        return [[day_words(end) for end in ends]], ""
    spans = [
        ((end.year * 12 + end.month) - (start.year * 12 + start.month) + 1)
        for start, end in periods
        if start
    ]
    names = {3: "Three Months", 6: "Six Months"}
    groups = [names[span] for span in spans[::2]]
    if layout.header == "stub" and len(groups) == 1:
        return [years], f"{groups[0]} ended June 30"
    if layout.header == "quarter":
        words = {"Three Months": "Second Quarter Ended", "Six Months": "First Half Ended"}
        return [[words[group] for group in groups], [day_words(end) for end in ends]], ""
    if layout.header == "stacked":
        return [[f"{group} Ended" for group in groups], ["June 30,"] * len(groups), years], ""
    if layout.header == "wrapped":
        return [[f"{group} Ended" for group in groups], ["June 30,"] * len(ends), years], ""
    if layout.header == "named":
        return [[f"For the {group} Ended June 30," for group in groups], years], ""
    if layout.header == "numeric":
        return [
            [f"{group} Ended" for group in groups],
            [f"{end.month}/{end.day}/{end.year}" for end in ends],
        ], ""
    return [[f"{group} Ended June 30," for group in groups], years], ""


def as_text(layout: Layout) -> Release:
    """The release as fixed-width text."""
    release = Release()
    lines = [
        "HARBOR LANTERN WORKS, INC.",
        "",
        "Harbor Lantern Works today reported its results for the second quarter of 2031.",
        "",
    ]
    for index, (name, title, rows, all_periods) in enumerate(STATEMENTS):
        order = list(range(len(all_periods)))
        if layout.reverse:
            order = [at ^ 1 for at in order]
        periods = [all_periods[at] for at in order]
        total = layout.width + layout.spread * len(periods)
        words = scale_words(layout, name)
        lines += ["", title.center(total).rstrip()]
        if (words and layout.scale_at == "title") or (
            layout.scale_at == "once" and index == 0 and words
        ):
            lines.append(words.center(total).rstrip())
        lines.append("")
        levels, stub = heads(name, periods, layout)
        if words and layout.scale_at == "stub":
            stub = f"{words} {stub}".strip()
        for level, cells in enumerate(levels):
            wide = layout.spread * len(periods) // len(cells)
            left = stub if level == len(levels) - 1 else ""
            body = "".join(f"  {cell:^{wide - 2}}" for cell in cells)
            lines.append(f"{left:<{layout.width}}{body}".rstrip())
        lines.append("")
        for line in rows(layout):
            lines += _text_row(line, order, periods, layout, release)
            lines += [""] * layout.gaps
            if layout.rules and line.label.startswith(("Total", "Net cash", "Gross")):
                lines.append(
                    " " * layout.width
                    + "".join("  " + "-" * (layout.spread - 4) + "  " for _ in periods)
                )
        lines += ["", f"-{index + 1}-".center(total).rstrip(), ""]
    release.text = "\n".join(lines) + "\n"
    return release


def _text_row(
    line: Line, order: Sequence[int], periods: Sequence[Period], layout: Layout, release: Release
) -> list[str]:
    indent = "   " * (line.level - 1)
    label = indent + line.label
    if not line.values:
        return [label]
    lines = []
    room = layout.width - 4
    if layout.wrapped and len(label) > room // 2 and " " in line.label:
        cut = line.label.rfind(" ", 0, max(10, room // 2 - len(indent)))
        if cut > 0 and line.label[cut + 1].islower():
            lines.append(indent + line.label[:cut])
            label = indent + "  " + line.label[cut + 1 :]
    label = label[: layout.width - 2]
    if layout.leaders:
        label = f"{label} ".ljust(layout.width - 1, ".") + " "
    body = ""
    first = (
        line.label in ("Net sales", "Cash and cash equivalents", "Net income", "Total assets")
        or line.unit == "per share"
    )
    for column, at in enumerate(order):
        text, value = printed(line.values[at], line, layout)
        if first and layout.currency and line.unit != "shares":
            text = f"{layout.currency} {text}"
        tail = "" if text.endswith(")") else " "
        body += f"{text + tail:>{layout.spread}}"
        _keep(value, line, periods[column], release)
    return [*lines, f"{label:<{layout.width}}{body}".rstrip()]


def _keep(value: Decimal | None, line: Line, period: Period, release: Release) -> None:
    if value is None:
        return
    start, end = period
    if line.edge == "beginning":
        assert start is not None
        release.truth.append(Truth(value, None, date.fromordinal(start.toordinal() - 1)))
    else:
        release.truth.append(Truth(value, None if line.edge else start, end))


def as_html(layout: Layout) -> Release:
    """The same release as a page."""
    release = Release()
    parts = [
        "<html><head><title>Release</title></head><body><p>Harbor Lantern Works today reported results.</p>"
    ]
    for index, (name, title, rows, all_periods) in enumerate(STATEMENTS):
        order = (
            [at ^ 1 for at in range(len(all_periods))]
            if layout.reverse
            else list(range(len(all_periods)))
        )
        periods = [all_periods[at] for at in order]
        words = scale_words(layout, name)
        parts.append(f"<p><b>{title}</b></p>")
        if words and (layout.scale_at == "title" or (layout.scale_at == "once" and index == 0)):
            parts.append(f"<div>{escape(words)}</div>")
        levels, stub = heads(name, periods, layout)
        if words and layout.scale_at == "stub":
            stub = f"{words} {stub}".strip()
        table = ["<table>", '<tr style="display:none"><td>9,999</td><td>8,888</td></tr>']
        for level, cells in enumerate(levels):
            each = 4 * len(periods) // len(cells)
            left = stub if level == len(levels) - 1 else ""
            table.append(
                f"<tr><td>{escape(left)}</td>"
                + "".join(
                    f'<td>&#160;</td><td colspan="{each - 1}">{escape(cell).replace(", ", ",<br>")}</td>'
                    for cell in cells
                )
                + "</tr>"
            )
        for line in rows(layout):
            table.append(_html_row(line, order, periods, layout, release))
        table.append("</table>")
        body = "\n".join(table)
        parts.append(f"<table><tr><td>{body}</td></tr></table>" if layout.nested else body)
    release.text = "\n".join(parts) + "</body></html>"
    return release


def _html_row(
    line: Line, order: Sequence[int], periods: Sequence[Period], layout: Layout, release: Release
) -> str:
    mark = "<sup>(1)</sup>" if layout.footnotes and line.label == "Net sales" else ""
    pad = 12 * (line.level - 1)
    cells = [f'<td style="padding-left:{pad}pt">{escape(line.label)}{mark}</td>']
    if not line.values:
        return f"<tr>{cells[0]}" + '<td colspan="4"></td>' * len(periods) + "</tr>"
    first = line.label in ("Net sales", "Net income", "Total assets") or line.unit == "per share"
    for column, at in enumerate(order):
        text, value = printed(line.values[at], line, layout)
        sign = layout.currency if first and line.unit != "shares" else ""
        if layout.split:
            closing = ")" if text.endswith(")") else ""
            cells.append(
                f"<td>&#160;</td><td>{escape(sign)}</td><td>{text.removesuffix(')')}</td><td>{closing}</td>"
            )
        else:
            cells.append(f'<td>&#160;</td><td colspan="3">{escape(sign)}{text}</td>')
        _keep(value, line, periods[column], release)
    return f"<tr>{''.join(cells)}</tr>"
