"""The first deal, against what was published."""

import csv
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from modelgen.model.plain import Input
from modelgen.review.coverage import cover
from modelgen.text.load import load
from modelgen.workbook.directory import FigureRow
from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.verdict import verdict_of
from tests.calls import failing, untied
from tests.conftest import LEXINGTON, RELEASE, ROOT, Built, build, needs_shared

BROKEN_BY_RUBBER_SALES = [
    85,
    89,
    97,
    99,
    102,
    110,
    190,
    193,
    196,
    199,
    202,
    206,
    218,
    226,
    253,
    256,
]


def broken(book: Workbook, settings: dict[str, str]) -> tuple[list[FigureRow], list[str]]:
    """Tie-outs and integrity checks that fail."""
    found = book.recalculate(settings)
    return untied(found), failing(found)


def line_of(row: FigureRow) -> int:
    """The line of the release that a figure stands on."""
    return int(row.at.place) if row.at else 0


@pytest.mark.parametrize("engine", ["formulas", "ironcalc"])
def test_all_figures_tie_and_all_checks_hold(lexington: Built, engine: str) -> None:
    verdict = verdict_of(Workbook(lexington.path, engine).recalculate())
    assert (verdict.ok, verdict.untied, verdict.failing) == (True, (), ()), verdict
    assert len(lexington.model.figures) == 147
    assert len(lexington.model.checks) >= 20


def test_a_wrong_leaf_breaks_just_the_tie_outs_that_depend_on_it(ironcalc_book: Workbook) -> None:
    ties, checks = broken(ironcalc_book, {"rubber.net_sales@2006-03-31": "21710"})
    assert [line_of(t) for t in ties] == BROKEN_BY_RUBBER_SALES
    assert checks == ["segments.income_agrees", "segments.ebitda_agrees"]


def raised(figure: dict[str, str]) -> tuple[str, str]:
    """The setting that raises a published input by one unit of the last printed digit."""
    deal = load("lexington-2006q1")
    found = next(
        f
        for f in deal.figures
        if f.feeds and f.line == figure["line"] and str(f.period or "") == figure["period"]
    )
    if found.unit == "date":
        day = date.fromisoformat(figure["iso"])
        return found.line, day.replace(day=day.day % 28 + 1).isoformat()
    scale = {"USD": 0.001, "USD thousand": 1.0, "percent": 0.01}[found.unit]
    key = f"{found.line}@{found.period}" if found.period else found.line
    return key, repr((found.sign * found.value + found.precision) * scale)


def published_inputs() -> list[dict[str, str]]:
    months = {
        "May 15, 2009": "2009-05-15",
        "September 1, 2006": "2006-09-01",
        "December 31, 2007": "2007-12-31",
    }
    with (LEXINGTON / "figures.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["role"] == "feeds and ties"]
    return [{**row, "iso": months.get(row["printed"], "")} for row in rows]


def test_every_published_input_raised_by_its_last_digit_is_noticed(ironcalc_book: Workbook) -> None:
    inputs = published_inputs()
    assert len(inputs) == 62
    unnoticed = []
    for figure in inputs:
        ties, checks = broken(ironcalc_book, dict([raised(figure)]))
        own = [t for t in ties if t.ties_to == figure["line"]]
        if not own:
            unnoticed.append((figure["line"], figure["period"], checks))
    assert unnoticed == []


def test_every_funds_flow_amount_changed_alone_breaks_a_check(ironcalc_book: Workbook) -> None:
    amounts = [row["line"] for row in published_inputs() if row["line"].endswith(".repaid")]
    amounts += [
        "financing_expenses",
        "equipment_term_loan.commitment",
        "real_estate_term_loan.commitment",
    ]
    assert len(amounts) == 8
    for id_ in amounts:
        value = ironcalc_book.recalculate({}).report([id_])["inputs"][id_]["value"]
        _, checks = broken(ironcalc_book, {id_: str(value + 1)})
        assert "funds_flow.balances" in checks, id_


def test_a_changed_commitment_moves_the_funds_flow_and_the_debt_alike(
    ironcalc_book: Workbook,
) -> None:
    wanted = [
        "equipment_term_loan.proceeds",
        "equipment_term_loan.drawn",
        "equipment_term_loan.closing",
    ]
    lines = ironcalc_book.recalculate({"equipment_term_loan.commitment": "13000"}).report(wanted)[
        "lines"
    ]
    assert lines["equipment_term_loan.proceeds"]["value"] == 13000
    assert sum(lines["equipment_term_loan.drawn"]["values"]) == 13000
    assert lines["equipment_term_loan.closing"]["values"][0] == 13000


def test_a_closing_date_off_the_schedule_is_said_so(ironcalc_book: Workbook) -> None:
    for day in ("2006-04-30", "2006-03-15"):
        _, checks = broken(ironcalc_book, {"closing_date": day})
        assert checks == ["closing.not_before_schedule"]
    _, checks = broken(ironcalc_book, {"closing_date": "2010-02-01"})
    assert "closing.not_after_schedule" in checks


@pytest.mark.parametrize("engine", ["formulas", "ironcalc"])
def test_a_shift_of_libor_moves_interest_exactly_and_principal_not(
    lexington: Built, engine: str
) -> None:
    book = Workbook(lexington.path, engine)
    wanted = [
        "equipment_term_loan.interest",
        "equipment_term_loan.closing",
        "real_estate_term_loan.prime.interest",
    ]
    before = book.recalculate({}).report(wanted)["lines"]
    after = book.recalculate({"libor_1m.shift": "0.01"}).report(wanted)["lines"]
    july = before["equipment_term_loan.interest"]["periods"].index("2006-07-31")
    rise = after[wanted[0]]["values"][july] - before[wanted[0]]["values"][july]
    assert rise == pytest.approx(12500 * 0.01 * 31 / 360, rel=1e-12)  # floating point
    assert after[wanted[1]] == before[wanted[1]]
    assert after[wanted[2]] == before[wanted[2]]


def test_the_revolver_opens_at_what_the_published_availability_leaves(
    ironcalc_book: Workbook,
) -> None:
    """Base, letters of credit and commitment move the opening loans; the availability stays as published."""
    wanted = ["revolver.loans_at_start", "availability.after"]
    for settings, opening in (
        ({}, 85 * 12399 / 100 + 65 * 9359.555556 / 100 - 7100),
        (
            {"receivables.balance_at_closing": "12674.533"},
            0.85 * 12674.533 + 0.65 * 9359.555556 - 7100,
        ),
        ({"letters_of_credit": "250"}, 85 * 12399 / 100 + 65 * 9359.555556 / 100 - 7350),
        ({"revolver.commitment": "15000"}, 15000 - 7100),
    ):
        lines = ironcalc_book.recalculate(settings).report(wanted)["lines"]
        assert lines["revolver.loans_at_start"]["value"] == pytest.approx(opening)
        assert lines["availability.after"]["value"] == pytest.approx(7100)
        ties, checks = broken(ironcalc_book, settings)
        assert checks == []
        assert all(t.ties_to == "revolver.commitment" for t in ties)
    lines = ironcalc_book.recalculate({"revolver.opening_balance": "9000"}).report(wanted)["lines"]
    assert lines["revolver.loans_at_start"]["value"] == 9000


def test_a_share_count_that_the_printed_figures_do_not_admit_breaks_a_check(
    ironcalc_book: Workbook,
) -> None:
    lines = ironcalc_book.recalculate({}).report(["shares.least_admitted", "shares.most_admitted"])[
        "lines"
    ]
    assert lines["shares.least_admitted"]["value"] == pytest.approx(4848.8, abs=0.05)
    assert lines["shares.most_admitted"]["value"] == pytest.approx(5076.9, abs=0.05)
    for count, fails in (("4848", True), ("4849", False), ("5076", False), ("5078", True)):
        _, checks = broken(ironcalc_book, {"shares_outstanding": count})
        assert ("shares.admitted" in checks) == fails, count


def test_the_scenario_and_the_rate_case_are_live(ironcalc_book: Workbook) -> None:
    def july(settings: dict[str, str]) -> float:
        line = ironcalc_book.recalculate(settings).report(["libor_1m.rate"])["lines"][
            "libor_1m.rate"
        ]
        value: float = line["values"][line["periods"].index("2006-07-31")]
        return value

    assert july({}) == 0.0511063
    assert july({"scenario.selected": "3"}) == pytest.approx(0.0711063, abs=1e-15)
    assert july({"rates.case": "2"}) == 0.0533375
    assert july({"scenario.selected": "5"}) == 0.0533375
    assert july({"libor_1m.shift": "-0.1"}) == 0  # the floor


@needs_shared
def test_every_numeral_of_the_release_is_accounted_for(lexington: Built) -> None:
    found = cover(lexington.text, RELEASE)
    assert (found.numerals_covered, found.numerals) == (141, 141)
    assert (found.dates_covered, found.dates) == (7, 7)
    assert found.complete
    assert found.moved == 0
    assert {anomaly.at.typed for anomaly in found.anomalies} >= {
        "release:222",
        "release:229",
        "release:75",
        "release:42",
    }


@needs_shared
@pytest.mark.parametrize(
    ("old", "new", "line", "added", "missing"),
    [
        ("for the following\n", "for the following 3\n", 24, ["3"], []),
        ("purposes:\n", "purposes:\n\nA new line of $1,250,000 here.\n", 27, ["1,250,000"], []),
        (
            "Cost of sales                                                        21,059",
            "Cost of sales                                                        21,095",
            191,
            ["21,095"],
            ["21,059"],
        ),
        ("decrease of 6%", "decrease of 7%", 98, ["7%"], ["6%"]),
        (
            "by December 31, 2007",
            "by December 31, 2008",
            76,
            ["December 31, 2008"],
            ["December 31, 2007"],
        ),
    ],
)
def test_an_added_or_changed_numeral_is_reported_with_its_line(
    lexington: Built,
    tmp_path: Path,
    old: str,
    new: str,
    line: int,
    added: list[str],
    missing: list[str],
) -> None:
    text = RELEASE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    copy = tmp_path / "release.txt"
    copy.write_text(text.replace(old, new), encoding="utf-8")
    found = cover(lexington.text, copy)
    assert [(n.printed, n.at.line) for n in found.unaccounted] == [
        (printed, line) for printed in added
    ]
    assert [n.printed for n in found.missing] == missing
    assert not found.complete


def test_two_builds_from_two_places_are_the_same_bytes(tmp_path: Path) -> None:
    results = []
    for name, zone, locale, seed in (
        ("a", "Asia/Tokyo", "C", "1"),
        ("b", "America/New_York", "de_DE.UTF-8", "77"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "modelgen", "build", "lexington-2006q1", "-o", "out.xlsx"],
            cwd=folder,
            env={
                "TZ": zone,
                "LC_ALL": locale,
                "LANG": locale,
                "PYTHONHASHSEED": seed,
                "PATH": "",
                "PYTHONPATH": str(ROOT),
            },
            check=True,
            capture_output=True,
        )
        results.append((folder / "out.xlsx").read_bytes())
    assert results[0] == results[1]


@pytest.mark.slow
def test_the_independent_auditor_finds_nothing_critical_or_high(
    lexington: Built, tmp_path: Path
) -> None:
    import json

    report = tmp_path / "audit.json"
    command = [
        sys.executable,
        "-m",
        "spreadsheet_auditor",
        str(lexington.path),
        "--json",
        str(report),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert report.exists(), done.stderr
    findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
    assert [f for f in findings if f["severity"] in ("Critical", "High")] == []


def test_a_second_deal_is_text_alone(tmp_path: Path) -> None:
    """The folder copied; names, numbers, ids of segments and loans changed; no Python touched."""
    folder = tmp_path / "acme-2010q2"
    shutil.copytree(LEXINGTON, folder)
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        for old, new in (
            ("Lexington Precision Corporation", "Acme Tools AG"),
            ("lexington-2006q1", "acme-2010q2"),
            ("rubber", "drills"),
            ("Rubber Group", "Drills"),
            ("metals", "saws"),
            ("real_estate_term_loan", "mortgage"),
            ("equipment_term_loan", "machine_loan"),
            ("USD", "EUR"),
            ("12,500", "13,500"),
            ("$8,512,000", "$9,512,000"),
        ):
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    built = build(folder, tmp_path / "acme.xlsx")
    ties, checks = broken(Workbook(built.path, "ironcalc"), {})
    assert (ties, checks) == ([], [])
    assert isinstance(built.model.items["machine_loan.commitment"], Input)
    assert built.model.items["machine_loan.commitment"].values == (13500,)


def test_no_company_and_no_figure_stands_in_python() -> None:
    words = re.compile(
        r"lexington|rubber|metals|capitalsource|equipment_term|real_estate|libor|prime",
        re.IGNORECASE,
    )
    numbers = set()
    for figure in load("lexington-2006q1").figures:
        digits = figure.printed.strip("$()%")
        if len(digits.replace(",", "")) >= 4 and figure.unit != "date":
            numbers |= {digits, digits.replace(",", "")}
    for path in sorted((ROOT / "modelgen").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not words.search(text), (path, words.search(text))
        found = numbers & set(re.findall(r"\d[\d,_.]*\d", text.replace("_", "")))
        assert not found, (path, found)
