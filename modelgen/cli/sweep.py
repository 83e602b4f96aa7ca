"""The command sweep: scenarios of a deal, what they come to, and a sample done over by the engines."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from modelgen.cli.show import progress, show_json, show_table
from modelgen.evaluate.study import with_studies
from modelgen.files import scratch, write_text
from modelgen.model.build import build_model
from modelgen.model.plain import Model
from modelgen.problem import fail
from modelgen.sweep.run import QUANTILES, Output, Sweep, job_of, run
from modelgen.sweep.sample import Sample, done_over
from modelgen.sweep.spread import cores
from modelgen.sweep.vary import plan_of
from modelgen.sweep.words import about, checked, heads, point_heads, point_rows, result_rows
from modelgen.text.load import load

DONE, FAILED = 0, 1
ENGINES = ("ironcalc", "formulas")
PATHS, LARGE = 1000, 20_000


def sweep_deal(
    deal: str,
    vary: Mapping[str, str],
    settings: Mapping[str, str],
    overlays: tuple[Path, ...],
    paths: int | None,
    seed: int,
    outputs: tuple[str, ...],
    events: tuple[str, ...],
    correlate: tuple[str, ...],
    output: Path | None,
    html: Path | None,
    book: Path | None,
    check: int,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
) -> int:
    """Runs a sweep and writes what was asked for; 1 when the sample does not agree."""
    model = _model(deal, settings, overlays, events)
    plan = plan_of(model, vary, correlate)
    if paths is not None and not plan.random:
        raise fail(
            "--paths is how many scenarios are drawn, and nothing here is", hint="as normal(0%, 5%)"
        )
    job = job_of(model, plan, outputs, paths or PATHS, seed)
    count = job.paths if plan.random else plan.points
    hands = workers if workers is not None else cores() if scheduler or count >= LARGE else 1
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        take = None
        if output is not None:
            from modelgen.sweep.table import table

            take = stack.enter_context(table(output, job))
        report = stack.enter_context(progress(f"Computing {count:,} scenarios"))
        found = run(job, folder, hands, scheduler, report, take)
    sample = None
    if check:
        with progress(f"Doing {min(check, count)} over by {' and '.join(ENGINES)}"):
            sample = done_over(job, check, ENGINES)
    if html is not None:
        from modelgen.sweep.report_page import as_html

        write_text(html, as_html(found, sample))
    if book is not None:
        from modelgen.sweep.report_book import write_report

        write_report(found, sample, book)
    if as_json:
        show_json(_json(found, sample))
    else:
        _print(found, sample, [path for path in (output, html, book) if path is not None])
    return FAILED if sample and sample.differing else DONE


def _model(
    deal: str, settings: Mapping[str, str], overlays: tuple[Path, ...], events: tuple[str, ...]
) -> Model:
    """The deal's model, with events asked for by hand in place of its own."""
    text = load(deal, overlays)
    if events:
        named = {event.strip(): f"= {event.strip().removeprefix('=')}" for event in events}
        text = replace(text, document=text.document.model_copy(update={"events": named}))
    model, _ = with_studies(build_model(text, settings))
    return model


def _print(found: Sweep, sample: Sample | None, written: list[Path]) -> None:
    print("\n".join(about(found)))
    if found.chances:
        print()
        show_table(
            ("Event, in some period", "Scenarios", "Unchanged"),
            [(c.label, f"{c.probability:.2%}", c.base) for c in found.chances],
            right=(1,),
        )
    print()
    points = point_rows(found)
    if points:
        columns = point_heads(found)
        show_table(columns, points, right=range(len(columns)))
        print()
    columns = ("Line", "Unit", *heads())
    show_table(columns, result_rows(found), right=range(2, len(columns)))
    if sample is not None:
        print(f"\n{checked(sample)}")
        for one in sample.differing[:20]:
            where = f"{one.id}{'@' + one.period if one.period else ''}"
            print(
                f"  scenario {one.scenario}, {where}: {one.sweep!r}, {one.engine} {one.workbook!r}"
            )
    for path in written:
        print(f"Written to {path}")


def _json(found: Sweep, sample: Sample | None) -> dict[str, Any]:
    job = found.job
    return {
        **job.said(),
        "scenarios": found.scenarios,
        "bounded": found.bounded,
        "outputs": {output.id: _output(output) for output in found.outputs},
        "events": [
            {
                "event": c.label,
                "probability": c.probability,
                "unchanged": c.base,
                "periods": list(c.periods),
                "by_period": c.by_period.tolist(),
            }
            for c in found.chances
        ],
        "sample": None
        if sample is None
        else {
            "scenarios": list(sample.scenarios),
            "engines": list(sample.engines),
            "values": sample.values,
            "differing": len(sample.differing),
        },
    }


def _output(output: Output) -> dict[str, Any]:
    def plain(values: Any) -> list[float | None]:
        return [None if np.isnan(value) else float(value) for value in values]

    return {
        "unit": output.unit.id,
        "periods": list(output.periods),
        "unchanged": plain(output.base),
        "quantiles": {f"{q:g}": plain(v) for q, v in zip(QUANTILES, output.quantiles, strict=True)},
        "least": plain(output.least),
        "greatest": plain(output.greatest),
        "mean": plain(output.mean),
        "counted": list(output.counted),
    }
