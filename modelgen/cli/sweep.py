"""The command sweep: computes many scenarios of a deal and rechecks a sample of them with engines."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelgen.cli.options import (
    PATH,
    as_json_option,
    ids_of,
    overlays_option,
    scenario_option,
    scheduler_option,
    set_options,
    specs_of,
    workers_option,
)
from modelgen.cli.show import DONE, FAILED, progress, show_json, show_table

if TYPE_CHECKING:
    from modelgen.sweeps.run import Output, Sweep
    from modelgen.sweeps.sample import Sample

SHOWN = 20


@click.command("sweep", short_help="Many scenarios: quantiles, probabilities, fan charts.")
@click.argument("deal")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="ID=SPEC",
    callback=specs_of,
    help="What varies: a list 'ID=0%, 1%', a range 'ID=0%:4%:1%', or a law: normal, uniform, triangular, "
    "vasicek. Repeatable.",
)
@click.option(
    "--paths",
    type=click.IntRange(1, 10**7),
    help="Number of scenarios to draw; default: 1000.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Random seed."
)
@click.option(
    "--correlate",
    multiple=True,
    metavar="ID,ID=NUMBER",
    help="Correlation between two drawn inputs. Repeatable.",
)
@click.option(
    "--outputs",
    multiple=True,
    metavar="ID,...",
    callback=ids_of,
    help="The lines to report; default: those that the deal names.",
)
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="FORMULA",
    help="A condition, such as 'liquidity < 1000', whose probability to give. Repeatable.",
)
@scenario_option
@set_options
@overlays_option
@click.option(
    "-o",
    "--output",
    "table",
    type=PATH,
    metavar="FILE",
    help="Write each scenario's inputs and outputs, as .parquet or .csv.",
)
@click.option("--html", type=PATH, metavar="FILE", help="Write a page with fan charts.")
@click.option(
    "--xlsx",
    type=PATH,
    metavar="FILE",
    help="Write a workbook with fan charts.",
)
@click.option(
    "--check",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Number of scenarios to recheck in the workbook with engines.",
)
@workers_option
@scheduler_option
@as_json_option
def command(deal: str, vary: dict[str, str], as_json: bool, **options: Any) -> int:
    """Compute a deal under many scenarios at once: a grid of lists, or draws from distributions and a
    mean-reverting short rate. Exit 1 if the engines do not agree with a sample of them.
    """
    from modelgen.api.sweeping import sweep

    with progress("Computing scenarios") as report:
        found = sweep(deal, vary, progress=report, **options)
    if as_json:
        show_json(_json(found.sweep, found.sample))
    else:
        written = [options[key] for key in ("table", "html", "xlsx") if options[key] is not None]
        _print(found.sweep, found.sample, written)
    return DONE if found.agrees else FAILED


def _print(found: "Sweep", sample: "Sample | None", written: list[Path]) -> None:
    from modelgen.sweeps.words import (
        about,
        heads,
        point_heads,
        point_rows,
        recheck_text,
        result_rows,
    )

    print("\n".join(about(found)))
    if found.chances:
        print()
        show_table(
            ("Event, in at least one period", "Scenarios", "Base"),
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
        print(f"\n{recheck_text(sample)}")
        for one in sample.differing[:SHOWN]:
            where = f"{one.id}{'@' + one.period if one.period else ''}"
            print(
                f"  scenario {one.scenario}, {where}: {one.sweep!r}, {one.engine} {one.workbook!r}"
            )
    for path in written:
        print(f"Written to {path}")


def _json(found: "Sweep", sample: "Sample | None") -> dict[str, Any]:
    job = found.job
    return {
        **job.summary(),
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


def _output(output: "Output") -> dict[str, Any]:
    import numpy as np

    from modelgen.sweeps.run import QUANTILES

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
