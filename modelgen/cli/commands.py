"""What each command does: calls one function of a later room and prints what it gives."""

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelgen.cli.show import plain, progress, show_facts, show_json, show_table
from modelgen.problem import EngineError, did_you_mean, fail

if TYPE_CHECKING:
    from modelgen.text.load import DealText

DONE, FAILED, NO_ENGINE = 0, 1, 3


def list_shipped(as_json: bool) -> None:
    """Prints the deals and templates that ship."""
    from modelgen.text.load import shipped
    from modelgen.text.yaml_text import read_yaml

    found = []
    for kind in ("deal", "template"):
        for folder in shipped(kind):
            text = read_yaml(folder / f"{kind}.yaml").plain
            about = f"{text.get('company', '')}: {text.get('title', '')}".strip(": ")
            found.append(
                {
                    "name": folder.name,
                    "kind": kind,
                    "extends": text.get("extends"),
                    "about": about or str(text.get("description", "")),
                }
            )
    if as_json:
        show_json(found)
        return
    show_table(
        ("Name", "Kind", "Extends", "About"),
        [(item["name"], item["kind"], item["extends"] or "", item["about"]) for item in found],
    )


def _built(text: "DealText", output: Path, settings: dict[str, str]) -> tuple[Any, Any, Any]:
    """Model, evaluation and workbook of a deal."""
    from modelgen.evaluate.study import with_studies
    from modelgen.excel.write import write_workbook
    from modelgen.model.build import build_model

    model = build_model(text, settings)
    model, evaluation = with_studies(model)
    return model, evaluation, write_workbook(evaluation, output)


def build_deal(
    deal: str,
    output: Path | None,
    scenario: str | None,
    settings: dict[str, str],
    overlays: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Builds a workbook and prints a short summary."""
    began = time.perf_counter()
    from modelgen.evaluate.holding import holding
    from modelgen.text.load import find_deal, load

    target = output or Path("generated") / f"{find_deal(deal).resolve().name}.xlsx"
    if target.suffix.lower() != ".xlsx":
        raise fail(f"{target} should end in .xlsx")
    text = load(deal, overlays)
    if scenario is not None:
        settings = {**_scenario(text, scenario), **settings}
    model, evaluation, written = _built(text, target, settings)
    found = holding(evaluation)
    tied = len(model.figures) - len(found.untied)
    integrity, alerts = len(found.integrity), len(found.alerts)
    holds = integrity - len(found.failing)
    seconds = time.perf_counter() - began
    if as_json:
        show_json(
            {
                "workbook": str(target),
                "deal": model.name,
                "sheets": written.sheets,
                "formulas": len(written.formulas),
                "figures": len(model.figures),
                "figures_tied": tied,
                "checks": integrity,
                "checks_holding": holds,
                "alerts": alerts,
                "seconds": round(seconds, 3),
            }
        )
        return DONE
    rows = [
        ("Workbook", str(target)),
        ("Sheets", str(written.sheets)),
        ("Formulas", f"{len(written.formulas):,}"),
        ("Figures tied", f"{tied} of {len(model.figures)}"),
        ("Checks that hold", f"{holds} of {integrity}"),
        ("Alerts raised", str(alerts)),
        ("Time", f"{seconds:.2f} s"),
    ]
    show_facts(rows)
    return DONE


def _scenario(text: "DealText", name: str) -> dict[str, str]:
    """The setting that selects a scenario by name."""
    members = [id_.removeprefix("scenario.") for id_ in text.document.sets.get("scenario", ())]
    if name not in members:
        hint = did_you_mean(name, members) or f"scenarios: {', '.join(members) or 'none'}"
        raise fail(f"the deal has no scenario '{name}'", hint=hint)
    return {"scenario.selected": str(members.index(name) + 1)}


def recalc_file(
    file: Path,
    settings: dict[str, str],
    wanted: tuple[str, ...],
    engine: str,
    output: Path | None,
    as_json: bool,
) -> int:
    """Recalculates a workbook and prints inputs, lines, tie-outs and checks."""
    from modelgen.recalc.recalculate import Workbook, save

    with progress(f"Recalculating by {engine}") as report:
        found = Workbook(file, engine).recalculate(settings, report)
    summary = found.report(wanted)
    if output is not None:
        save(found, output)
    if as_json:
        show_json(summary)
        return DONE
    rows: list[tuple[str, str, str, str]] = []
    for id_, item in [*(summary["inputs"].items() if wanted else ()), *summary["lines"].items()]:
        if "value" in item:
            rows.append((id_, "", plain(item["value"]), item["unit"]))
            continue
        periods, values = item["periods"], item["values"]
        if wanted:
            rows += [(id_, p, plain(v), item["unit"]) for p, v in zip(periods, values, strict=True)]
        else:
            rows.append((id_, f"{periods[0]} to {periods[-1]}", _span(values), item["unit"]))
    show_table(("Id", "Period", "Value", "Unit"), rows, right=(2,))
    if output is not None:
        print(f"\nWritten to {output}")
    integrity = [c for c in summary["checks"] if c["kind"] == "integrity"]
    failing = sum(not t["ties"] for t in summary["tieouts"]) + sum(
        not c["holds"] for c in integrity
    )
    verdict = f"{failing} tie-outs and checks fail: modelgen check names them"
    print(f"\n{verdict if failing else 'All tie-outs and checks hold'} ({engine})")
    return DONE


def _span(values: list[Any]) -> str:
    first, last = plain(values[0]), plain(values[-1])
    return first if len(values) == 1 else f"{first} … {last}"


def check_file(
    file: Path, settings: dict[str, str], engine: str, strict: bool, as_json: bool
) -> int:
    """Checks a workbook; 1 when a tie-out or integrity check fails, or with --strict an alert."""
    from modelgen.recalc.fingerprint import overwritten
    from modelgen.recalc.naming import Naming
    from modelgen.recalc.recalculate import Workbook, holds

    with progress(f"Checking by {engine}") as report:
        found = Workbook(file, engine).recalculate(settings, report)
    for formula in overwritten(Naming(found.contents, found.directory, found.values)):
        print(f"warning: {formula.words}", file=sys.stderr)
    ties, checks = found.tieouts(), found.checks()
    ok = holds(ties, checks)
    raised = [c for c in checks if c["kind"] == "alert" and not c["holds"]]
    code = DONE if ok and not (strict and raised) else FAILED
    if as_json:
        show_json({"tieouts": ties, "checks": checks, "ok": ok})
        return code
    broken = [t for t in ties if not t["ties"]]
    failing = [c for c in checks if c["kind"] == "integrity" and not c["holds"]]
    if broken:
        print("Figures that do not tie")
        show_table(
            (
                "Source",
                "Line item",
                "Period",
                "Published",
                "Computed",
                "Difference",
                "Tolerance",
                "Unit",
            ),
            [
                (
                    f"{t['source']} {t['line']}",
                    t["ties_to"],
                    t["period"],
                    t["published"],
                    t["computed"],
                    t["difference"],
                    t["tolerance"],
                    t["unit"],
                )
                for t in broken
            ],
            right=(3, 4, 5, 6),
        )
        print()
    for title, some in (("Checks that fail", failing), ("Alerts raised", raised)):
        if some:
            print(title)
            show_table(
                ("Check", "What", "Difference"),
                [(c["id"], c["label"], c["difference"]) for c in some],
                right=(2,),
            )
            print()
    integrity = [c for c in checks if c["kind"] == "integrity"]
    print(f"Figures tied      {len(ties) - len(broken)} of {len(ties)}")
    print(f"Checks that hold  {len(integrity) - len(failing)} of {len(integrity)}")
    print(f"Alerts raised     {len(raised)}")
    print(f"{'The model holds' if ok else 'THE MODEL DOES NOT HOLD'} ({engine})")
    return code


def verify_deal(
    deal: str, engines: tuple[str, ...], settings: dict[str, str], as_json: bool
) -> int:
    """Builds a deal's workbook in a temporary folder and verifies it by each engine at hand."""
    from modelgen.files import scratch
    from modelgen.recalc.engines import available
    from modelgen.review.verify import verify
    from modelgen.text.load import load

    at_hand = available()
    missing = [engine for engine in engines if engine not in at_hand]
    if missing:
        raise EngineError(f"the engine '{missing[0]}' is not installed")
    verdicts = []
    with scratch() as folder:
        _, _, written = _built(load(deal), folder / "book.xlsx", settings)
        for engine in engines or at_hand:
            with progress(f"Verifying by {engine}") as report:
                verdicts.append(verify(written, engine, report))
    failed = any(v.failure for v in verdicts)
    agree = all(v.agrees for v in verdicts)
    if as_json:
        show_json(
            {
                "deal": deal,
                "cells": len(written.formulas),
                "engines": [{**asdict(v), "agrees": v.agrees} for v in verdicts],
                "ok": agree,
            }
        )
    else:
        for verdict in verdicts:
            if verdict.failure:
                print(f"{verdict.engine}: {verdict.failure}")
                continue
            agreeing = verdict.cells - len(verdict.differing)
            print(f"{verdict.engine}: {agreeing:,} of {verdict.cells:,} cells agree")
            for differing in verdict.differing[:20]:
                values = f"evaluator {differing.evaluator!r}, {verdict.engine} {differing.engine!r}"
                print(f"  {differing.cell}: {values}")
            if len(verdict.differing) > 20:
                print(f"  and {len(verdict.differing) - 20} more")
    return NO_ENGINE if failed else DONE if agree else FAILED


def cover_source(deal: str, path: Path, name: str | None, as_json: bool) -> int:
    """Reports the numerals of a source that the deal does not account for, and the other way."""
    from modelgen.model.build import build_model
    from modelgen.review.coverage import cover
    from modelgen.text.load import load

    text = load(deal)
    build_model(text)  # a figure that names no line accounts for nothing: this reports it
    found = cover(text, path, name)
    if as_json:
        show_json(
            {
                **{key: value for key, value in asdict(found).items() if key != "anomalies"},
                "anomalies": [{"at": at, "reason": reason} for at, reason in found.anomalies],
                "complete": found.complete,
            }
        )
        return DONE if found.complete else FAILED
    print(f"Numerals accounted for  {found.numerals_covered} of {found.numerals}")
    print(f"Key dates               {found.dates_covered} of {found.dates}")
    print(
        f"Excluded                {found.excluded} (headings, addresses, page marks, years of periods)"
    )
    if found.moved:
        print(f"On another line         {found.moved}: the file's lines differ from the deal's")
    if found.unaccounted:
        print("\nUnaccounted for")
        for numeral in found.unaccounted:
            print(f"  {path}:{numeral.line}: {numeral.printed}")
    if found.missing:
        print("\nAccounted for, but not printed")
        for numeral in found.missing:
            print(f"  {found.source}:{numeral.line}: {numeral.printed} ({numeral.what})")
    if found.anomalies:
        print("\nWhere the source disagrees with itself or is loose")
        for at, reason in found.anomalies:
            print(f"  {at}: {reason}")
    return DONE if found.complete else FAILED


def audit_file(
    file: Path, fail_on: str, suppressions: Path | None, html: Path | None, as_json: bool
) -> int:
    """Audits a workbook; 1 when there is a finding of the chosen severity or graver."""
    from modelgen.files import write_text
    from modelgen.review.audit import as_html, audit, read_suppressions

    found = audit(file, read_suppressions(suppressions) if suppressions else ())
    if html is not None:
        write_text(html, as_html(found))
    failed = fail_on != "none" and bool(found.at_least(fail_on))
    if as_json:
        show_json(
            {
                "workbook": str(file),
                "findings": [asdict(finding) for finding in found.findings],
                "suppressed": [{**asdict(f), "reason": reason} for f, reason in found.suppressed],
                "ok": not failed,
            }
        )
        return FAILED if failed else DONE
    if found.findings:
        show_table(
            ("Severity", "Where", "Rule", "What"),
            [(f.severity, f.where, f.title, f.what) for f in found.findings],
        )
        print()
    for finding, reason in found.suppressed:
        print(f"Suppressed: {finding.rule} at {finding.where}: {reason}")
    count = len(found.findings)
    print(
        f"{count or 'No'} finding{'' if count == 1 else 's'} ({len(found.suppressed)} suppressed)"
    )
    return FAILED if failed else DONE
