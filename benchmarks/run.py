"""Measures everything in one run and prints the tables, as `python -m benchmarks.run`.

Quote the ratios: absolute times differ from machine to machine, and from minute to minute. With
`--peers PYTHON`, a Python that has modeleon and f8-engine (both ask for 3.12) is measured beside; with
`--write`, the tables go into docs/performance.md.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from itertools import count
from pathlib import Path

from benchmarks.measure import Row, in_turn, machine, process, table, timed
from benchmarks.synthetic import loans_for, write_deal
from modelgen.evaluate.scenarios import Scenarios
from modelgen.evaluate.study import complete
from modelgen.model.build import build_model
from modelgen.sweeps.draw import Drawer
from modelgen.sweeps.run import job_of, run
from modelgen.sweeps.vary import plan_of
from modelgen.text.folders import shipped_folder
from modelgen.text.load import load
from modelgen.workbook.contents import Contents, Key, Value, read_contents
from modelgen.workbook.engines import available, load_engine
from modelgen.workbook.formulas_engine import Formulas
from modelgen.workbook.package import open_book
from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.stock_formulas import StockFormulas

DEAL = "lexington-2006q1"
HERE = Path(__file__).resolve().parent
DOC = HERE.parent / "docs" / "performance.md"
START, END = "<!-- results -->", "<!-- end of results -->"
RATES = {
    "libor_1m.realised": "vasicek(5.11%, mean=5%, speed=0.5, volatility=1.5%)",
    "prime.realised": "vasicek(8%, mean=8%, speed=0.5, volatility=1.5%)",
}
TOGETHER = ["libor_1m.realised,prime.realised=0.95"]
SIZES = (10_000, 100_000, 300_000, 1_000_000)
_GROWTH = """
import sys, time
from pathlib import Path
from benchmarks.measure import memory
from modelgen.evaluate.study import complete
from modelgen.excel.write import write_workbook
from modelgen.model.build import build_model
from modelgen.text.load import load
began = time.perf_counter()
evaluation = complete(build_model(load(sys.argv[1])))
evaluated = time.perf_counter()
written = write_workbook(evaluation, Path(sys.argv[2]))
print(len(written.formulas), evaluated - began, time.perf_counter() - began, memory())
"""
_PATHS = """
import sys
from benchmarks.measure import memory
from benchmarks.run import swept
print(swept(int(sys.argv[1])), memory())
"""


def building(folder: Path, book: Path, peers: Path | None) -> Iterator[Row]:
    """Start-up, and a build against the least that any program would need, and against peers."""
    command = str(Path(sys.executable).with_name("modelgen"))

    def modelgen(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([command, *arguments], check=True, capture_output=True)

    bare, help_ = in_turn(process("-c", "pass"), modelgen("--help"), 21)
    yield (
        "`modelgen --help`",
        f"{help_ * 1e3:.0f} ms",
        f"{help_ / bare:.1f} times `python -c pass`",
        "at most 5",
    )
    formulas = folder / "formulas.json"
    cells = _formulas(book, formulas)
    floor, build = in_turn(
        process(str(HERE / "floor.py"), str(formulas), str(folder / "floor.xlsx")),
        modelgen("build", DEAL, "-o", str(folder / "built.xlsx")),
        11,
    )
    yield (
        "build of the deal, whole process",
        f"{build:.2f} s",
        f"{build / floor:.2f} times XlsxWriter alone, Python's start included",
        "under 1 s, at most 2.5",
    )
    if peers is not None:
        yield from _peers(folder, peers, build / cells, cells)


def _peers(folder: Path, peers: Path, ours: float, cells: int) -> Iterator[Row]:
    """What a formula of a peer costs, whole process, against one of ours: of the deal, and of loans alike."""
    loans = write_deal(folder / "loans", 11)
    target = str(folder / "loans.xlsx")
    alike = timed(process("-m", "modelgen", "build", str(loans), "-o", target), 7)
    count = len(read_contents(Path(target)).formulas)
    of_deal = f"one of the deal ({ours * 1e6:.0f} µs, of {cells:,})"
    of_loans = f"one of loans here ({alike / count * 1e6:.0f} µs, of {count:,})"
    for name, program, size, against, words, goal in (
        ("f8-engine", "f8_loans", (4, 24), ours, of_deal, "1 or more"),
        ("f8-engine", "f8_loans", (200, 50), alike / count, of_loans, ""),
        ("modeleon", "modeleon_loans", (40, 54), ours, of_deal, ""),
    ):
        work = [str(peers), str(HERE / "peers" / f"{program}.py"), *map(str, size), target]

        def done(work: list[str] = work) -> str:
            return subprocess.run(work, check=True, capture_output=True, text=True).stdout

        written = int(done())
        theirs = timed(done, 7) / written
        yield (
            f"a formula of {name}, of {written:,}",
            f"{theirs * 1e6:.0f} µs",
            f"{theirs / against:.1f} times {words}",
            goal,
        )


def _formulas(book: Path, target: Path) -> int:
    """Writes the formulas of a workbook and their values as a list for the floor; how many they are."""
    contents, values = read_contents(book), open_book(book, values=True)
    sheets: dict[str, list[tuple[int, int, str, object]]] = {name: [] for name in contents.sheets}
    for (sheet, row, column), text in contents.formulas.items():
        value = values[sheet].cell(row, column).value
        plain = value if isinstance(value, (int, float, str, bool)) else 0
        sheets[sheet].append((row - 1, column - 1, text, plain))
    target.write_text(json.dumps(sheets), encoding="utf-8")
    return len(contents.formulas)


def recalculation(book: Path, folder: Path) -> tuple[list[Row], float]:
    """Each engine against stock formulas: load and calculate, the libraries' imports apart. Gives also
    what stock formulas takes for one recalculation.
    """
    contents = read_contents(book)
    area = contents.names["libor_1m.shift"]
    change = {(area.sheet, area.row, area.column): 0.01}
    shifts = count(1)

    def another() -> dict[Key, Value]:
        """An input that was never set before: what was computed after a change is kept, too."""
        return dict.fromkeys(change, 0.01 + next(shifts) / 1e6)

    os.environ["MODELGEN_CACHE"] = ""
    Formulas(contents).calculate({})  # the library's own imports
    stock: list[StockFormulas] = []
    loaded = timed(lambda: stock.append(StockFormulas(contents, most=10**6)))
    first = timed(lambda: stock[0].calculate({}))
    again = timed(lambda: stock[0].calculate(change))
    slow = loaded + first
    os.environ["MODELGEN_CACHE"] = str(folder / "cache")

    def cold() -> None:
        shutil.rmtree(folder / "cache", ignore_errors=True)
        Formulas(contents).calculate({})

    kept = Formulas(contents)
    rows: list[Row] = [
        ("stock formulas", f"{slow:.1f} s", "1", ""),
        *(
            (what, f"{seconds * 1e3:.0f} ms", f"{slow / seconds:.0f} times faster", goal)
            for what, seconds, goal in (
                ("formulas here, cold", timed(cold, 5), "5"),
                (
                    "formulas here, warm: loaded anew, another input",
                    timed(lambda: Formulas(contents).calculate(another()), 5),
                    "20",
                ),
                (
                    "formulas here, warm: loaded anew, as it stands",
                    timed(lambda: Formulas(contents).calculate({}), 5),
                    "",
                ),
                (
                    "formulas here, another input of a workbook at hand",
                    timed(lambda: kept.calculate(another()), 5),
                    "",
                ),
            )
        ),
    ]
    for name in available():
        if name != "formulas":
            seconds = timed(partial(_once, name, contents), 3)
            rows.append((name, f"{seconds * 1e3:.0f} ms", f"{slow / seconds:.0f} times faster", ""))
    return rows, again


def _once(engine: str, contents: Contents) -> None:
    load_engine(engine, contents).calculate({})


def swept(paths: int) -> float:
    """The seconds of a sweep of so many paths of both rates, after start."""
    model = complete(build_model(load(DEAL), {"rates.case": "2"})).model
    job = job_of(model, plan_of(model, RATES, TOGETHER), (), paths, 1)
    with tempfile.TemporaryDirectory() as folder:
        return timed(lambda: run(job, Path(folder)))


def sweeping(book: Path, stock: float) -> Iterator[Row]:
    """A scenario of a sweep against one of each engine."""
    thousand = statistics.median(swept(1000) for _ in range(5))
    yield (
        "1,000 paths of LIBOR and prime, the deal's outputs and events",
        f"{thousand:.2f} s",
        "",
        "under 1 s",
    )
    model = complete(build_model(load(DEAL), {"rates.case": "2"})).model
    lines = [line.id for line in model.lines()]
    drawn = Drawer(plan_of(model, RATES, TOGETHER), model.timelines, 1000, 1).block(0).inputs
    whole = timed(lambda: Scenarios(model, lines, drawn).values(drawn), 3)
    yield f"1,000 paths, all {len(lines):,} lines of the model", f"{whole:.2f} s", "", "under 1 s"
    yield (
        "a scenario (all lines) against stock formulas",
        f"{whole * 1e3:.0f} µs",
        f"{stock / whole * 1e3:,.0f} times faster",
        "1,000",
    )
    engine = Workbook(book, "ironcalc")
    cells = engine.directory.inputs["libor_1m.realised"].cells
    looped = (
        timed(lambda: [engine.calculate(dict.fromkeys(cells, 0.04 + n / 1e3)) for n in range(50)])
        / 50
    )
    yield (
        "a scenario (all lines) against IronCalc in a loop",
        f"{whole * 1e3:.0f} µs",
        f"{looped / whole * 1e3:,.0f} times faster",
        "5",
    )
    for paths in (10_000, 100_000):
        out = subprocess.run(
            [sys.executable, "-c", _PATHS, str(paths)],
            check=True,
            capture_output=True,
            text=True,
            cwd=HERE.parent,
        )
        seconds, memory = map(float, out.stdout.split())
        yield (
            f"{paths:,} paths, one process",
            f"{seconds:.1f} s",
            f"{memory:.0f} MiB at most",
            "bounded",
        )


def growth(folder: Path) -> tuple[list[Row], str]:
    """Building and evaluating models of more and more loans over 360 months, and the slope in words."""
    rows: list[Row] = []
    points = []
    for size in SIZES:
        deal = write_deal(folder / f"size{size}", loans_for(size))
        out = subprocess.run(
            [sys.executable, "-c", _GROWTH, str(deal), str(folder / "size.xlsx")],
            check=True,
            capture_output=True,
            text=True,
            cwd=HERE.parent,
        ).stdout
        cells, evaluated, seconds, held = map(float, out.split())
        points.append((cells, seconds, held))
        part = f"{seconds / cells * 1e6:.1f} µs"
        times = (f"{evaluated:.2f} s", f"{seconds:.2f} s")
        rows.append((f"{cells:,.0f}", *times, part, f"{held:.0f} MiB"))
    first, last = points[0], points[-1]
    more = last[0] - first[0]
    slope = (
        f"From the first to the last, a formula cell more takes {(last[1] - first[1]) / more * 1e6:.1f} µs "
        f"and {(last[2] - first[2]) / more * 2**20:.0f} bytes."
    )
    return rows, slope


def batches(folder: Path) -> Iterator[Row]:
    """A batch of deals by one worker and by two."""
    deals = [folder / f"deal{number}" for number in range(8)]
    for deal in deals:
        shutil.copytree(shipped_folder() / DEAL, deal)

    def work(workers: int) -> Callable[[], object]:
        names = [str(deal) for deal in deals]
        return process(
            "-m",
            "modelgen",
            "batch",
            *names,
            "-o",
            str(folder / "books"),
            "--workers",
            str(workers),
            "--engine",
            "ironcalc",
        )

    one, two = in_turn(work(1), work(2), 3)
    yield f"{len(deals)} deals by one worker", f"{one:.1f} s", "1", ""
    yield f"{len(deals)} deals by two workers", f"{two:.1f} s", f"{one / two:.2f} times faster", ""


def report(peers: Path | None) -> str:
    """All tables of a run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "book.xlsx"
        process("-m", "modelgen", "build", DEAL, "-o", str(book))()
        built = list(building(folder, book, peers))
        recalculated, stock = recalculation(book, folder)
        names = ("formulas", "ironcalc", "numpy", "xlsxwriter")
        libraries = ", ".join(f"{name} {version(name)}" for name in names)
        parts = [f"{machine()}; {libraries}."]
        cells = len(read_contents(book).formulas)
        for title, rows in (
            ("Start-up and build", built),
            (f"Recalculation of {cells:,} formula cells", recalculated),
            ("Sweeps", list(sweeping(book, stock))),
            ("Batch", list(batches(folder))),
        ):
            parts += [f"### {title}", table(("measured", "time", "ratio", "goal"), rows)]
        heads = ("formula cells", "evaluated", "with the workbook", "a cell", "memory at most")
        grown, slope = growth(folder)
        parts += ["### Growth", table(heads, grown), slope]
    return "\n\n".join(parts)


def main() -> None:
    """Prints the tables, or writes them into the docs."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--peers", type=Path, help="a Python that has modeleon and f8-engine")
    options.add_argument("--write", action="store_true", help="write docs/performance.md")
    asked = options.parse_args()
    text = report(asked.peers)
    print(text)
    if asked.write:
        before, _, rest = DOC.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        DOC.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
