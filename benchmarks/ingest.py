"""Measures `modelgen ingest` on filings that one has, as `python -m benchmarks.ingest PAGE.html...`.

Each step is taken in a process of its own, so that nothing is remembered from the page before, against
lxml's own parse of the same page; a page packed by gzip is unpacked first. With `--write`, the table goes
into docs/performance.md: numbers only, no page's name.
"""

import argparse
import gzip
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, machine, table

DOC = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
START, END = "<!-- ingest -->", "<!-- end of ingest -->"
_PARSE = """
import sys, time
import lxml.html
page = open(sys.argv[1], "rb").read()
began = time.process_time()
tree = lxml.html.fromstring(page)
print(time.process_time() - began)
"""
_READ = """
import contextlib, gc, io, sys, time
from pathlib import Path
from benchmarks.measure import memory
from modelgen.cli.ingest import write_reports
from modelgen.ingest.foots import with_footing
from modelgen.ingest.html import read_html
from modelgen.ingest.meaning import figures
page = Path(sys.argv[1]).read_bytes()
gc.disable()  # as modelgen.ingest.ingested does
times = [time.process_time()]
document = read_html(sys.argv[1], page)
times.append(time.process_time())
reading = figures(document)
times.append(time.process_time())
reading = with_footing(reading)
times.append(time.process_time())
with contextlib.redirect_stdout(io.StringIO()):
    write_reports([reading.report()])
times.append(time.process_time())
print(*(later - sooner for sooner, later in zip(times, times[1:])), memory())
"""
STEPS = ("reading the page", "meaning", "footing", "JSON")


def rows_of(pages: list[Path], runs: int) -> Iterator[Row]:
    """The rows of the table, and the time that all pages take as whole processes."""
    parse, steps, most = 0.0, [0.0] * len(STEPS), 0.0
    for page in pages:
        parse += statistics.median(_took(_PARSE, page)[0] for _ in range(runs))
        taken = [_took(_READ, page) for _ in range(runs)]
        for index in range(len(STEPS)):
            steps[index] += statistics.median(run[index] for run in taken)
        most = max(most, *(run[-1] for run in taken))
    yield "lxml's parse", f"{parse:.2f} s", "1", ""
    for name, took in zip(STEPS, steps, strict=True):
        yield name, f"{took:.2f} s", f"{took / parse:.1f}", ""
    ingest = sum(steps)
    yield "all of ingest, start-up apart", f"{ingest:.2f} s", f"{ingest / parse:.1f}", "at most 5"
    began = time.perf_counter()
    for page in pages:
        command = [sys.executable, "-m", "modelgen", "ingest", str(page), "--json"]
        subprocess.run(command, check=False, capture_output=True)
    yield "whole processes, one after the other", f"{time.perf_counter() - began:.1f} s", "", ""
    yield "memory, the most", f"{most:.0f} MiB", "", "under 500 MiB"


def _took(code: str, page: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", code, str(page)], check=True, capture_output=True, text=True
    )
    return [float(text) for text in done.stdout.split()]


def _unpacked(pages: list[Path], folder: Path) -> list[Path]:
    found = []
    for number, page in enumerate(pages):
        data = page.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        found.append(folder / f"{number}.html")
        found[-1].write_bytes(data)
    return found


def main() -> None:
    """Measures, prints, and with --write puts the table into the page."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("pages", nargs="+", type=Path)
    ask.add_argument("--runs", type=int, default=5)
    ask.add_argument("--write", action="store_true")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = _unpacked(asked.pages, Path(folder))
        size = sum(page.stat().st_size for page in pages) / 1e6
        rows = list(rows_of(pages, asked.runs))
    said = f"{machine()}. {len(pages)} quarterly reports, {size:.0f} MB as filed.\n\n" + table(
        ("measured, all pages", "time", "times lxml's parse", "goal"), rows
    )
    print(said)
    if asked.write:
        text = DOC.read_text(encoding="utf-8")
        before, rest = text.split(START)
        DOC.write_text(f"{before}{START}\n\n{said}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
