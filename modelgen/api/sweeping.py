"""Sweeps for programs: many scenarios of a deal at once, and a sample of them rechecked in the workbook."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from modelgen.api.book import PathLike, Settings
from modelgen.api.deals import Deal, load
from modelgen.problem import fail
from modelgen.series import Series, unknown
from modelgen.workbook.engines import Report

if TYPE_CHECKING:
    from modelgen.sweeps.run import Job, Sweep
    from modelgen.sweeps.sample import Sample

SWEEP_ENGINES = ("ironcalc", "formulas")
PATHS, LARGE = 1000, 20_000


@dataclass(frozen=True)
class SweepResult:
    """A sweep, and the sample of its scenarios that engines rechecked (None if none was asked for)."""

    sweep: "Sweep"
    sample: "Sample | None"

    @property
    def agrees(self) -> bool:
        """Whether the engines agree with every value of the sample; True without a sample."""
        return self.sample is None or not self.sample.differing

    def quantiles(self, id_: str) -> dict[str, Series]:
        """The quantiles of an output over the scenarios, as series by "5%", "25%", "50%", "75%" and "95%".
        Raises KeyError with the nearest output.
        """
        from modelgen.sweeps.run import QUANTILES

        outputs = {output.id: output for output in self.sweep.outputs}
        if id_ not in outputs:
            raise unknown("an output of the sweep", id_, [*outputs])
        output = outputs[id_]
        return {
            f"{quantile:.0%}": Series(
                id_, output.label, output.unit.label, output.periods, tuple(map(float, values))
            )
            for quantile, values in zip(QUANTILES, output.quantiles, strict=True)
        }

    def __repr__(self) -> str:
        state = "agrees" if self.agrees else "DIFFERS"
        return f"<SweepResult {self.sweep.scenarios:,} scenarios, sample {state}>"


def sweep(
    deal: PathLike | Deal,
    vary: Mapping[str, str],
    settings: Settings = (),
    *,
    overlays: Sequence[PathLike] = (),
    scenario: str | None = None,
    paths: int | None = None,
    seed: int = 1,
    outputs: Sequence[str] = (),
    events: Sequence[str] = (),
    correlate: Sequence[str] = (),
    check: int = 3,
    workers: int | None = None,
    scheduler: str | None = None,
    table: PathLike | None = None,
    html: PathLike | None = None,
    xlsx: PathLike | None = None,
    force: bool = False,
    progress: Report | None = None,
) -> SweepResult:
    """Computes a deal under many scenarios at once.

    `vary` gives for each input a list ("0%, 1%"), a range ("0%:4%:1%") or a law ("normal(0%, 5%)"). With
    laws, `paths` scenarios are drawn (default 1,000); otherwise each point of the grid is computed. `outputs`
    are the lines to report and `events` the conditions whose probability to compute; by default, the deal's
    own. `check` is the number of scenarios that engines recheck in the workbook.
    `table` (.parquet or .csv), `html` and `xlsx` are files to write. Raises ModelError and EngineError.

    >>> found = sweep(deal, {"growth": "0%, 1%"}, outputs=["all_interest"], check=1)
    >>> found.sweep.scenarios, found.agrees
    (2, True)
    >>> round(found.quantiles("all_interest")["50%"].value, 2)
    36.47
    """
    from modelgen.files import scratch
    from modelgen.review.build import solved
    from modelgen.sweeps.run import job_of, run
    from modelgen.sweeps.spread import cores
    from modelgen.sweeps.vary import plan_of

    if (paths is not None and paths < 1) or check < 0 or seed < 0:
        raise fail("paths is at least 1, check and seed at least 0")
    odd = [id_ for id_, spec in vary.items() if not isinstance(spec, str)]
    if odd:
        raise fail(f"what varies '{odd[0]}' is a text", hint="as '0%, 1%' or 'normal(0%, 5%)'")
    text = load(deal, *overlays).text
    if events:
        named = {event.strip(): f"= {event.strip().removeprefix('=')}" for event in events}
        text = replace(text, document=text.document.model_copy(update={"events": named}))
    model = solved(text, settings, scenario, force).model
    plan = plan_of(model, vary, correlate)
    if paths is not None and not plan.random:
        raise fail(
            "--paths applies only when an input is drawn from a distribution",
            hint="such as normal(0%, 5%)",
        )
    job = job_of(model, plan, outputs, PATHS if paths is None else paths, seed)
    count = job.paths if plan.random else plan.points
    processes = workers if workers is not None else cores() if scheduler or count >= LARGE else 1
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        take = None
        if table is not None:
            from modelgen.sweeps.table import table as open_table

            take = stack.enter_context(open_table(Path(table), job))
        found = run(job, folder, processes, scheduler, progress, take)
    result = SweepResult(found, _sampled(job, check) if check else None)
    _write_reports(result, html, xlsx)
    return result


def _sampled(job: "Job", check: int) -> "Sample":
    from modelgen.sweeps.sample import recheck

    return recheck(job, check, SWEEP_ENGINES)


def _write_reports(result: SweepResult, html: PathLike | None, xlsx: PathLike | None) -> None:
    if html is not None:
        from modelgen.files import write_text
        from modelgen.sweeps.report_page import as_html

        write_text(Path(html), as_html(result.sweep, result.sample))
    if xlsx is not None:
        from modelgen.sweeps.report_book import write_report

        write_report(result.sweep, result.sample, Path(xlsx))
