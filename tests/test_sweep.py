"""Sweeps: draws by their laws, many scenarios at once as one by one, and the reports of them."""

import csv
import json
import math
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pyarrow import parquet

from modelgen.evaluate.evaluate import evaluate
from modelgen.evaluate.study import complete
from modelgen.formula.values import Floats, numbers
from modelgen.model.build import build_model
from modelgen.model.plain import Model
from modelgen.problem import ModelError
from modelgen.sweeps.draw import BLOCK, Drawer
from modelgen.sweeps.report_book import write_report
from modelgen.sweeps.report_page import as_html
from modelgen.sweeps.run import QUANTILES, Block, Job, Sweep, block_values, job_of, run
from modelgen.sweeps.sample import digest, recheck
from modelgen.sweeps.vary import Plan, plan_of
from modelgen.sweeps.words import number_text, point_heads, point_rows
from modelgen.text.load import load
from tests.conftest import ROOT, SMALL, needs_shared
from tests.test_commands import run as run_command
from tests.test_workbook import invalid_parts

LIBOR = "vasicek(5.11%, mean=5%, speed=0.5, volatility=1.5%)"
PRIME = "vasicek(8%, mean=8%, speed=0.5, volatility=1.5%)"
RATES = {"libor_1m.realised": LIBOR, "prime.realised": PRIME}
TOGETHER = ["libor_1m.realised,prime.realised=0.9"]


@pytest.fixture(scope="module")
def model() -> Model:
    return complete(build_model(load("lexington-2006q1"), {"rates.case": "2"})).model


def drawn(model: Model, vary: dict[str, str], count: int, seed: int = 1) -> dict[str, Floats]:
    drawer = Drawer(plan_of(model, vary, []), model.timelines, count, seed)
    blocks = [drawer.block(number).inputs for number in range(drawer.blocks)]
    return {id_: np.concatenate([block[id_] for block in blocks]) for id_ in vary}


def swept(model: Model, plan: Plan, folder: Path, paths: int = 1000, seed: int = 1) -> Sweep:
    return run(job_of(model, plan, (), paths, seed), folder)


def test_a_grid_is_what_each_of_its_points_gives_alone(model: Model, tmp_path: Path) -> None:
    """The fast path, all scenarios at once, against the slow one: a model built for each."""
    vary = {"libor_1m.shift": "-1%:1%:1%", "sales.change": "-20%, 0%, 5%"}
    outputs = ("liquidity", "total_debt", "least_liquidity", "credit.leverage", "net_income")
    job = job_of(model, plan_of(model, vary, []), outputs, 1, 1)
    blocks: list[Block] = []
    found = run(job, tmp_path, take=blocks.append)
    assert found.scenarios == 9
    deal = load("lexington-2006q1")
    scenario = 0
    for shift in (-0.01, 0.0, 0.01):
        for sales in (-0.2, 0.0, 0.05):
            settings = {
                "rates.case": "2",
                "libor_1m.shift": repr(shift),
                "sales.change": repr(sales),
            }
            alone = complete(build_model(deal, settings))
            for id_ in outputs:
                expected = numbers(alone.values[id_])[0]
                ours = blocks[0].outputs[id_][scenario]
                assert np.array_equal(ours, expected[-len(ours) :], equal_nan=True), (id_, settings)
            scenario += 1
    assert blocks[0].inputs["sales.change"].tolist() == [-0.2, 0.0, 0.05] * 3


def test_random_rows_are_what_each_path_gives_alone(model: Model, tmp_path: Path) -> None:
    job = job_of(model, plan_of(model, RATES, TOGETHER), ("liquidity", "total_debt"), 30, 7)
    blocks: list[Block] = []
    run(job, tmp_path, take=blocks.append)
    deal = load("lexington-2006q1")
    ends = [end.isoformat() for end in model.timelines["monthly"].columns]
    for path in (0, 17, 29):
        settings = {"rates.case": "2"}
        for id_ in RATES:
            values = blocks[0].inputs[id_][path]
            settings |= {
                f"{id_}@{end}": repr(float(v)) for end, v in zip(ends, values, strict=True)
            }
        alone = complete(build_model(deal, settings))
        for id_ in job.outputs:
            assert np.array_equal(blocks[0].outputs[id_][path], alone.values[id_][0]), id_


def test_rows_by_quarter_and_actual_values_are_rechecked_too(model: Model) -> None:
    """A row that has comparative columns, where an input is blank and an actual value is not."""
    vary = {"rubber.growth": "normal(0%, 2%)", "rubber.net_sales": "normal(21,000, 500)"}
    outputs = ("net_sales", "net_income", "liquidity", "credit.leverage")
    plan = plan_of(model, vary, [])
    assert [(v.id, len(v.ends), v.blank) for v in plan.varied] == [
        ("rubber.growth", 16, 1),
        ("rubber.net_sales", 17, 0),
    ]
    found = recheck(job_of(model, plan, outputs, 20, 1), 4, ("ironcalc", "formulas"))
    assert found.values == 2 * 4 * (3 * 16 + 44)
    assert found.differing == ()


def test_the_whole_model_under_many_paths_is_what_one_gives(model: Model) -> None:
    """Every line, also those that no output needs, at once and alone."""
    from modelgen.evaluate.scenarios import Scenarios

    lines = [line.id for line in model.lines()]
    paths = drawn(model, {"libor_1m.realised": LIBOR}, 3)
    values = Scenarios(model, lines, paths).values(paths)
    for path in range(3):
        one = {id_: given[path : path + 1] for id_, given in paths.items()}
        alone = Scenarios(model, lines, one).values(one)
        for id_ in lines:
            row = values[id_][min(path, len(values[id_]) - 1)]
            assert [repr(cell) for cell in row] == [repr(cell) for cell in alone[id_][0]], id_


@pytest.mark.parametrize(
    ("law", "mean", "deviation"),
    [
        ("normal(-5%, 10%)", -0.05, 0.10),
        ("uniform(-10%, 20%)", 0.05, 0.30 / math.sqrt(12)),
        (
            "triangular(-20%, 0%, 10%)",
            -0.1 / 3,
            math.sqrt((0.04 + 0.01 - (-0.2 * 0 + -0.2 * 0.1 + 0 * 0.1)) / 18),
        ),
    ],
)
def test_draws_have_the_mean_and_deviation_of_their_law(
    model: Model, law: str, mean: float, deviation: float
) -> None:
    """Within five standard errors, of 100,000 draws."""
    count = 100_000
    values = drawn(model, {"sales.change": law}, count)["sales.change"]
    assert values.shape == (count,)
    assert abs(values.mean() - mean) < 5 * deviation / math.sqrt(count)
    assert abs(values.std() - deviation) < 5 * deviation / math.sqrt(2 * count)


def test_the_short_rate_reverts_as_vasicek_has_it(model: Model) -> None:
    """Mean and variance of the exact solution after 12 and 37 months, within five standard errors."""
    count, start, mean, speed, volatility = 50_000, 0.03, 0.06, 0.8, 0.01
    law = f"vasicek({start}, mean={mean}, speed={speed}, volatility={volatility})"
    path = drawn(model, {"libor_1m.realised": law}, count)["libor_1m.realised"]
    assert (path[:, 0] == start).all()
    for months in (12, 37):
        years = months / 12
        expected = mean + (start - mean) * math.exp(-speed * years)
        deviation = volatility * math.sqrt((1 - math.exp(-2 * speed * years)) / (2 * speed))
        assert abs(path[:, months].mean() - expected) < 5 * deviation / math.sqrt(count)
        assert abs(path[:, months].std() - deviation) < 5 * deviation / math.sqrt(2 * count)


def test_without_speed_or_volatility_the_rate_walks_or_stands(model: Model) -> None:
    flat = "vasicek(4%, mean=4%, speed=1, volatility=0%)"
    assert (drawn(model, {"prime.realised": flat}, 10)["prime.realised"] == 0.04).all()
    walk = "vasicek(10%, mean=0%, speed=0, volatility=1%)"
    path = drawn(model, {"prime.realised": walk}, 20_000)["prime.realised"]
    assert path[:, 12].std() == pytest.approx(0.01, rel=0.03)  # of one year


def test_correlated_draws_correlate(model: Model) -> None:
    plan = plan_of(model, RATES, TOGETHER)
    drawer = Drawer(plan, model.timelines, 20_000, 3)
    blocks = [drawer.block(n).inputs for n in range(drawer.blocks)]
    steps = [np.diff(np.concatenate([b[id_] for b in blocks]), axis=1)[:, 5] for id_ in RATES]
    assert np.corrcoef(steps[0], steps[1])[0, 1] == pytest.approx(0.9, abs=0.01)
    one = plan_of(model, RATES, ["libor_1m.realised,prime.realised=1"])
    block = Drawer(one, model.timelines, 10, 3).block(0).inputs
    distance = (block["prime.realised"] - 0.08) - (block["libor_1m.realised"] - 0.05)
    decay = np.exp(-0.5 * np.arange(44) / 12) * (-0.0011)
    assert np.abs(distance - decay).max() < 1e-12


def test_correlations_that_contradict_each_other_are_refused(model: Model) -> None:
    vary = {
        "sales.change": "normal(0%, 1%)",
        "cash.minimum": "normal(5, 1)",
        "prime.shift": "normal(0%, 1%)",
    }
    pairs = [
        "sales.change,cash.minimum=0.9",
        "cash.minimum,prime.shift=0.9",
        "sales.change,prime.shift=-0.9",
    ]
    with pytest.raises(ModelError, match="contradict each other"):
        Drawer(plan_of(model, vary, pairs), model.timelines, 10, 1)


def test_draws_out_of_range_are_brought_to_its_end_and_counted(
    model: Model, tmp_path: Path
) -> None:
    found = swept(model, plan_of(model, {"cash.minimum": "normal(0, 100)"}, []), tmp_path, 500)
    assert 200 < found.bounded < 300  # half of them are below zero
    assert f"{found.bounded:,} draws were clamped" in as_html(found, None)


def test_a_path_depends_on_its_seed_and_number_alone(model: Model) -> None:
    short = drawn(model, {"sales.change": "normal(0%, 5%)"}, 300)["sales.change"]
    long = drawn(model, {"sales.change": "normal(0%, 5%)"}, BLOCK + 300)["sales.change"]
    other = drawn(model, {"sales.change": "normal(0%, 5%)"}, 300, seed=2)["sales.change"]
    assert (short == long[:300]).all()
    assert not (short == other).any()


@pytest.fixture(scope="module")
def sweep(model: Model, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, Path]:
    """A sweep of 2,500 paths by command, its table as CSV."""
    folder = tmp_path_factory.mktemp("sweep")
    vary = {**RATES, "sales.change": "normal(-10%, 10%)"}
    job = job_of(model, plan_of(model, vary, TOGETHER), (), 2500, 1)
    from modelgen.sweeps.table import table

    with table(folder / "table.csv", job) as take:
        found = run(job, folder, take=take)
    return found, folder / "table.csv"


def test_quantiles_and_chances_are_those_of_the_table(sweep: tuple[Sweep, Path]) -> None:
    found, path = sweep
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["scenario"]) for row in rows] == list(range(2500))
    for output in found.outputs:
        names = [f"{output.id}@{p}" for p in output.periods] or [output.id]
        for column, name in enumerate(names):
            values = np.array([float(row[name]) for row in rows])
            assert np.allclose(
                np.quantile(values, QUANTILES), output.quantiles[:, column], rtol=1e-12
            )
            assert output.mean[column] == pytest.approx(values.mean(), rel=1e-12, abs=1e-9)
    below = [
        any(float(v) < 0 for k, v in row.items() if k.startswith("liquidity@")) for row in rows
    ]
    chance = next(c for c in found.chances if c.label == "Liquidity below zero")
    assert chance.probability == sum(below) / 2500
    arrears = [
        any(float(v) > 0 for k, v in row.items() if k.startswith("interest_unpaid@"))
        for row in rows
    ]
    missed = next(c for c in found.chances if c.label == "Interest not paid when due")
    assert missed.probability == sum(arrears) / 2500 > 0


def test_a_sample_is_rechecked_in_the_workbook(sweep: tuple[Sweep, Path]) -> None:
    found = recheck(sweep[0].job, 3, ("ironcalc", "formulas"))
    assert found.scenarios == (0, 1249, 2499)
    assert found.values == 2 * 3 * (3 * 44 + 2)
    assert found.differing == ()


def test_a_sample_of_a_workbook_that_is_known_is_the_same(
    sweep: tuple[Sweep, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing kept, with what that kept, and by engines that keep nothing."""
    monkeypatch.setenv("MODELGEN_CACHE", str(tmp_path / "kept"))
    engines = ("ironcalc", "formulas")
    first, again = (recheck(sweep[0].job, 3, engines) for _ in range(2))
    monkeypatch.setenv("MODELGEN_CACHE", "")
    assert first == again == recheck(sweep[0].job, 3, engines)
    assert first.differing == ()
    assert first.values > 100


def test_a_models_digest_is_that_of_every_process(model: Model) -> None:
    program = (
        "from modelgen.evaluate.study import complete; from modelgen.model.build import build_model; "
        "from modelgen.sweeps.sample import digest; from modelgen.text.load import load; "
        "print(digest(complete(build_model(load('lexington-2006q1'))).model))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_a_models_digest_tells_models_apart() -> None:
    settings = [
        {},
        {"rates.case": "2"},
        {"libor_1m.shift": "0.01%"},
        {"libor_1m.shift": "0.010001%"},
    ]
    found = {digest(build_model(load("lexington-2006q1"), given)) for given in settings}
    assert len(found) == len(settings)


def test_a_sample_that_differs_is_told(
    sweep: tuple[Sweep, Path], monkeypatch: pytest.MonkeyPatch
) -> None:

    def off(job: Job, inputs: dict[str, Floats]) -> dict[str, Floats]:
        found = block_values(job, inputs)
        return {**found, "liquidity": found["liquidity"] * (1 + 1e-6)}

    monkeypatch.setattr("modelgen.sweeps.sample.block_values", off)
    found = recheck(sweep[0].job, 1, ("ironcalc",))
    assert {d.id for d in found.differing} == {"liquidity"}
    assert len(found.differing) > 30


def test_the_same_bytes_whatever_the_number_of_workers(tmp_path: Path) -> None:
    results = []
    for name, spread in (
        ("one", ["--workers", "1"]),
        ("two", ["--workers", "2"]),
        ("dask", ["--workers", "2", "--scheduler", "local"]),
    ):
        target = tmp_path / f"{name}.parquet"
        code, out, errors = run_command(
            "sweep", "lexington-2006q1", "--set", "rates.case=2", "--vary", f"libor_1m.realised={LIBOR}",
            "--paths", "2300", "--seed", "5", "--check", "0", "-o", target, *spread, "--json",
        )  # fmt: skip
        assert (code, errors) == (0, ""), errors
        results.append((target.read_bytes(), json.dumps(out)))
    assert results[0] == results[1] == results[2]
    read: Any = parquet.read_table
    table = read(tmp_path / "one.parquet")
    assert table.num_rows == 2300
    about = json.loads(table.schema.metadata[b"modelgen"])
    assert (about["deal"], about["seed"]) == ("lexington-2006q1", 5)
    assert table.column_names[0] == "scenario"
    assert "libor_1m.realised@2006-06-30" in table.column_names


MANY = 8 * BLOCK


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_paths(model: Model, tmp_path: Path) -> None:
    peaks = []
    for paths in (2 * BLOCK, MANY):
        job = job_of(model, plan_of(model, RATES, []), ("liquidity", "total_debt"), paths, 1)
        tracemalloc.start()
        run(job, tmp_path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # One period of one output is held at a time, with what a quantile copies of it: 8 bytes a path.
    assert peaks[1] < peaks[0] + 8 * 8 * MANY


@needs_shared
def test_the_report_as_a_workbook(sweep: tuple[Sweep, Path], tmp_path: Path) -> None:
    found, _ = sweep
    done = recheck(found.job, 1, ("ironcalc",))
    write_report(found, done, tmp_path / "report.xlsx")
    write_report(found, done, tmp_path / "again.xlsx")
    assert (tmp_path / "report.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    assert invalid_parts(tmp_path / "report.xlsx") == []
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    values = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)
    assert book.sheetnames == [
        "Summary",
        "liquidity",
        "total_debt",
        "interest_unpaid",
    ]
    sheet, shown = book["liquidity"], values["liquidity"]
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]
    assert sheet["K7"].value == "=IF(ISNUMBER(D7),E7-D7,0)"
    assert shown["K7"].value == pytest.approx(shown["E7"].value - shown["D7"].value)
    assert shown["D7"].value == pytest.approx(found.outputs[0].quantiles[0, 1])


def test_the_report_as_a_page(sweep: tuple[Sweep, Path]) -> None:
    found, _ = sweep
    text = as_html(found, None)
    assert text == as_html(found, None)
    assert text.count("<svg") == 3
    assert "src=" not in text
    assert "USD thousand</text>" in text  # each chart says its unit
    assert "Restriction blocks interest on the notes" in text


def test_an_event_asked_by_hand(tmp_path: Path) -> None:
    code, out, _ = run_command(
        "sweep", "lexington-2006q1", "--vary", "sales.change=-20%, 0%", "--event", "least_liquidity < 7050",
        "--outputs", "least_liquidity", "--check", "0", "--json",
    )  # fmt: skip
    assert code == 0
    (event,) = out["events"]
    least = out["outputs"]["least_liquidity"]
    assert event["event"] == "least_liquidity < 7050"
    assert least["least"][0] < 7050 < least["greatest"][0]
    assert event["probability"] == 1 / 2


def test_a_small_grid_is_shown_point_by_point(model: Model, tmp_path: Path) -> None:
    plan = plan_of(model, {"sales.change": "-30%, 0%", "prime.shift": "0%, 1%"}, [])
    found = run(job_of(model, plan, ("liquidity", "least_liquidity"), 1, 1), tmp_path)
    assert point_heads(found) == (
        "sales.change",
        "prime.shift",
        "liquidity (minimum)",
        "least_liquidity",
    )
    rows = point_rows(found)
    assert [row[:2] for row in rows] == [("-30%", "0%"), ("-30%", "1%"), ("0%", "0%"), ("0%", "1%")]
    assert rows[2][3] == number_text(found.outputs[1].base[0], found.outputs[1].unit)
    assert all(f"<td class=n>{cell}" in as_html(found, None) for cell in rows[1])
    write_report(found, None, tmp_path / "grid.xlsx")
    texts = {
        c.value for row in openpyxl.load_workbook(tmp_path / "grid.xlsx")["Summary"] for c in row
    }
    assert set(rows[1]) <= texts


def test_what_moves_nothing_is_said(tmp_path: Path) -> None:
    """Fixings as realised are read in case 2 alone."""
    model = complete(build_model(load("lexington-2006q1"))).model
    found = swept(model, plan_of(model, {"libor_1m.realised": LIBOR}, []), tmp_path, 10)
    assert "No output changed" in as_html(found, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "growt=0%, 1%"], "'growt' is not an input (did you mean 'growth'?)"),
        (["--vary", "growth=0%:4%"], "growth=0%:4%: '0%:4%' is not a number"),
        (["--vary", "growth=0%:4%:-1%"], "the step has the wrong sign or is zero"),
        (["--vary", "growth=60%"], "60% is out of range: from -50% to 50%"),
        (["--vary", "growth=norml(0%, 1%)"], "'norml' is not a law (did you mean 'normal'?)"),
        (["--vary", "growth=normal(0%)"], "normal needs deviation"),
        (["--vary", "growth=normal(0%, 1%, 2%)"], "normal takes mean, deviation, not '2%'"),
        (["--vary", "growth=normal(0%, -1%)"], "the deviation must not be negative"),
        (["--vary", "growth=uniform(1%, 0%)"], "uniform needs minimum < maximum"),
        (
            ["--vary", "growth=vasicek(5%, 5%, 1, 1%)"],
            "a process runs through periods, but this input has one value",
        ),
        (
            ["--vary", "growth=0%, 1%", "--vary", "rate=normal(0%, 1%)"],
            "'growth' is listed and 'rate' is drawn: one sweep cannot combine the two",
        ),
        (["--vary", "growth=0%, 1%", "--paths", "10"], "--paths applies only when an input is drawn from a distribution"),
        (["--vary", "growth=0%, 1%", "--outputs", "intrest"], "'intrest' is not a line (did you mean 'interest'?)"),
        (["--vary", "growth=0%, 1%", "--outputs", "model.status"], "'model.status' is a text"),
        (["--vary", "growth=0%, 1%", "--event", "intrest < 0"], "'intrest' is not a line"),
        (["--vary", "growth=0%, 1%", "-o", "x.txt"], "x.txt must end in .parquet or .csv"),
        (
            ["--vary", "growth=normal(0%, 1%)", "--correlate", "growth,rate=0.5"],
            "'rate' is not drawn in this sweep",
        ),
        (
            ["--vary", "growth=normal(0%, 1%)", "--vary", f"extra={PRIME}", "--correlate", "growth,extra=0.5"],
            "they have different periods",
        ),
        (
            ["--vary", "growth=normal(0%, 1%)", "--vary", "rate=normal(0%, 1%)", "--correlate", "growth,rate=5"],
            "a correlation must be from -1 to 1",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_said(tmp_path: Path, arguments: list[str], message: str) -> None:
    outputs = () if "--outputs" in arguments else ("--outputs", "interest")
    code, _, errors = run_command(
        "sweep", SMALL, "--check", "0", *outputs, *arguments, cwd=tmp_path
    )
    assert code == 2, errors
    assert message in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_evaluation_of_the_base_is_that_of_the_model(model: Model, tmp_path: Path) -> None:
    found = swept(model, plan_of(model, {"cash.minimum": "0, 10"}, []), tmp_path)
    values = evaluate(model).values
    for output in found.outputs:
        assert np.array_equal(output.base, numbers(values[output.id])[0][-len(output.base) :])


def test_docs_name_every_law() -> None:
    from modelgen.sweeps.vary import LAWS

    text = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    assert all(f"`{law}(" in text for law in LAWS)
