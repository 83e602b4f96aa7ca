"""Build and recalculation against the stock library, in one run, as `python benchmarks/recalculation.py`.

Quote the ratios: absolute times differ from machine to machine, and from minute to minute.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from modelgen.recalc.contents import read_contents
from modelgen.recalc.engines import available, load_engine
from modelgen.recalc.formulas_engine import StockFormulas

DEAL, RUNS = "lexington-2006q1", 5
STOCK = "import formulas, sys; formulas.ExcelModel().loads(sys.argv[1]).finish().calculate()"


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of a few runs."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def process(*arguments: str) -> Callable[[], object]:
    """A whole process, imports included."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.xlsx"
        build = seconds(process("-m", "modelgen", "build", DEAL, "-o", str(book)))
        stock = seconds(process("-c", STOCK, str(book)), runs=1)
        contents = read_contents(book)
        print(f"{DEAL}: {len(contents.formulas):,} formula cells")
        print(
            f"whole process   build {build:.2f} s, stock formulas {stock:.2f} s: {stock / build:.1f} times"
        )
        load_engine("formulas", contents).calculate({})  # the library's own imports
        stock = seconds(lambda: StockFormulas(contents).calculate({}), runs=1)
        for name in available():
            ours = seconds(lambda name=name: load_engine(name, contents).calculate({}), runs=3)
            print(
                f"load and calculate   {name:<12} {ours:.3f} s, {stock / ours:.1f} times stock formulas"
            )


if __name__ == "__main__":
    main()
