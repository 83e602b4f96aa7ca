"""Small deals over any calendar: the template's own calendar, and a few lines of each kind."""

from pathlib import Path

from tests.conftest import ROOT, SMALL

TEMPLATE = """
name: calendar-only
units:
  money: {label: EUR thousand, measure: money, format: '#,##0.00'}
  fraction: {label: fraction, measure: ratio, format: 0.00%}
  days: {label: days, measure: days, format: '0'}
  months: {label: months, measure: months, format: '0', whole: true}
  count: {label: count, measure: count, format: '0', whole: true}
  number: {label: number, measure: number, format: General}
  date: {label: date, measure: date, format: d mmm yyyy, kind: date}
  day: {label: date, measure: date, format: dd-mmm-yy, kind: date}
  switch: {label: 1 or 0, measure: switch, format: '0', whole: true}
  flag: {label: flag, measure: flag, format: '0', kind: flag}
  text: {label: text, measure: text, kind: text}
files: [calendar.yaml, ledger.yaml]
timelines:
  fiscal: {step: quarter, home: Actuals, actual: actual}
  monthly: {step: month, home: Rates, within: {fiscal: fiscal_end, yearly: year_end}}
  yearly: {step: year, home: Maturities}
sheets:
  Cover: {title: Cover, kind: cover, inputs: true}
  Figures: {title: Figures}
  Actuals: {title: Actual values, timeline: fiscal, inputs: true}
  Terms: {title: Terms, inputs: true}
  Rates: {title: Months, timeline: monthly, inputs: true}
  Maturities: {title: Years, timeline: yearly, inputs: true}
  Statements: {title: Statements, timeline: fiscal}
  Checks: {title: Checks}
  Map: {title: Map, kind: map}
sections:
  - sheet: Terms
    heading: Terms
    inputs:
      rounding: {label: Rounding, unit: number, range: ['0', '0.001'], value: '0.000001', status: derived, basis: Floating point}
      growth: {label: Growth, unit: fraction, range: [-50%, 50%], value: 2%, status: judgement, basis: A view}
      due_date: {label: A day on which something is due, unit: date, range: [1990-01-01, 2200-12-31], value: DUE, status: judgement, basis: A view}
  - sheet: Rates
    heading: By month
    timeline: monthly
    lines:
      interest: {label: Interest, unit: money, kind: flow, formula: '= AS(money, period_number)', total: true}
      due: {label: Due, unit: money, kind: flow, formula: '= IF(IN_PERIOD(due_date), AS(money, 1), 0)', total: true}
  - sheet: Maturities
    heading: By year
    timeline: yearly
    lines:
      due.of_year: {label: Due, unit: money, kind: flow, formula: '= SUM_OF(due)', total: true}
      interest.of_year: {label: Interest, unit: money, kind: flow, formula: '= SUM_OF(interest)', total: true}
  - sheet: Statements
    heading: Income
    timeline: fiscal
    lines:
      net_sales: {label: Net sales, unit: money, kind: flow, leaf: true, forecast: '= net_sales[-1] * (1 + growth)'}
      costs: {label: Costs, unit: money, kind: flow, leaf: true, forecast: '= costs[-1]'}
      profit: {label: Profit, unit: money, kind: flow, formula: '= net_sales - costs'}
      margin: {label: Margin, unit: fraction, kind: ratio, formula: '= IF(net_sales > 0, profit / net_sales, "n/a")'}
      growth.of_sales: {label: Growth, unit: fraction, kind: ratio, formula: '= YOY(net_sales)'}
      interest.of_period: {label: Interest, unit: money, kind: flow, formula: '= SUM_OF(interest)', total: true}
  - sheet: Statements
    heading: Balance
    timeline: fiscal
    lines:
      cash: {label: Cash, unit: money, kind: balance, leaf: true, forecast: '= cash[-1] + profit'}
"""
DEAL = """
name: calendar-deal
extends: template
company: A Company
title: A title
as_of: 2025-01-01
sources: {report: {title: Report, date: 2025-01-01, publisher: A Company}}
figures: figures.csv
"""


def write_deal(
    folder: Path,
    calendar: str,
    last_actual: str,
    figures: list[str],
    more: str = "",
    due: str = "2025-06-30",
    changes: tuple[tuple[str, str], ...] = (),
) -> Path:
    """A deal with a calendar; `figures` are rows of line,period,printed. `changes` replace texts of the
    template."""
    template, deal = folder / "template", folder / "deal"
    for made in (template, deal):
        made.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.replace("DUE", due)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (template / "template.yaml").write_text(text, encoding="utf-8")
    shipped = ROOT / "templates" / "core" / "calendar.yaml"
    (template / shipped.name).write_text(shipped.read_text("utf-8"), encoding="utf-8")
    own = (SMALL / "deal.yaml").read_text("utf-8")
    ledger = own[own.index("  - sheet: Figures\n") :]
    (template / "ledger.yaml").write_text(f"sections:\n{ledger}", encoding="utf-8")
    rows = ["line,period,printed,at", *(f"{row},report:{n}" for n, row in enumerate(figures, 1))]
    (deal / "figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assumed = (
        f"assumptions:\n  fiscal.last_actual: {{value: {last_actual}, status: derived, basis: x}}\n"
    )
    (deal / "deal.yaml").write_text(DEAL + calendar + more + assumed, encoding="utf-8")
    return deal
