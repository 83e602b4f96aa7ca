"""A deal of many loans over 360 months, as text: what growth with size is measured on."""

from pathlib import Path

MONTHS, LINES = 360, 10

_DEAL = """\
name: {name}
company: Synthetic
title: {loans} loans over {months} months
as_of: 2026-01-01
units:
  money: {{label: thousands, measure: money, format: '#,##0_);(#,##0);"-"_)'}}
  fraction: {{label: fraction, measure: ratio, format: 0.00%}}
  date: {{label: date, measure: date, format: d mmm yyyy, kind: date}}
  day: {{label: date, measure: date, format: mmm-yy, kind: date}}
  days: {{label: days, measure: days, format: '0'}}
  count: {{label: number, measure: count, format: '0'}}
  text: {{label: text, measure: text, format: General, kind: text}}
timelines:
  monthly: {{step: month, home: Loans, first: 2026-01-31, last: {last}}}
sheets:
  Terms: {{title: Terms, inputs: true}}
  Loans: {{title: Loans by month, timeline: monthly}}
  Map: {{title: Map, kind: map}}
sets:
  loan:
{members}
sections:
  - sheet: Terms
    inputs:
      monthly.first_period_end: {{label: First month ends, unit: date, range: [1990-01-01, 2100-12-31], status: derived, basis: Chosen}}
      days_in_year: {{label: Days in a year of interest, unit: days, range: ['360', '366'], value: '360', status: judgement, basis: Chosen}}
      base_rate: {{label: Base rate, unit: fraction, range: [0%, 20%], value: 4%, status: judgement, basis: Chosen}}
  - sheet: Terms
    for_each: loan
    inputs:
      amount: {{label: '{{label}}, amount', unit: money, range: ['0', '1000000'], value: '1,000', status: judgement, basis: Chosen}}
      spread: {{label: '{{label}}, spread', unit: fraction, range: [0%, 20%], value: 2%, status: judgement, basis: Chosen}}
      instalment: {{label: '{{label}}, instalment', unit: money, range: ['0', '1000000'], value: '3', status: judgement, basis: Chosen}}
  - sheet: Loans
    timeline: monthly
    prefix: monthly
    lines:
      period_number: {{label: Month number, unit: count, formula: '= period_number[-1] + 1'}}
      period_end: {{label: Month ends, unit: day, formula: '= EOMONTH(first_period_end, period_number - 1)'}}
      days: {{label: Days, unit: days, formula: '= period_end - EOMONTH(period_end, -1)'}}
  - sheet: Loans
    timeline: monthly
    for_each: loan
    heading_each: '{{label}}'
    lines:
      opening: {{label: Opening balance, unit: money, formula: '= closing[-1]'}}
      drawn: {{label: Drawn, unit: money, formula: '= IF(period_number = 1, amount, 0)'}}
      instalment_paid: {{label: Instalment, unit: money, formula: '= MIN(opening, instalment)'}}
      closing: {{label: Closing balance, unit: money, formula: '= opening + drawn - instalment_paid'}}
      rate: {{label: Rate, unit: fraction, formula: '= base_rate + spread'}}
      interest: {{label: Interest, unit: money, formula: '= opening * rate * days / days_in_year'}}
      fee: {{label: Fee on what is repaid, unit: money, formula: '= (amount - closing) * spread / days_in_year * days'}}
      service: {{label: Debt service, unit: money, formula: '= interest + instalment_paid + fee', total: true}}
      paid_to_date: {{label: Paid to date, unit: money, formula: '= paid_to_date[-1] + service'}}
      part_left: {{label: Part left, unit: fraction, formula: '= IF(amount = 0, 0, closing / amount)'}}
"""


def write_deal(folder: Path, loans: int) -> Path:
    """Writes the deal; it has about LINES x MONTHS formula cells a loan."""
    folder.mkdir(parents=True, exist_ok=True)
    members = "\n".join(f"    loan_{n}: {{label: Loan {n}}}" for n in range(1, loans + 1))
    text = _DEAL.format(
        name=folder.name, loans=loans, months=MONTHS, last="2055-12-31", members=members
    )
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder


def loans_for(cells: int) -> int:
    """How many loans make about so many formula cells."""
    return max(1, round(cells / (LINES * MONTHS)))
