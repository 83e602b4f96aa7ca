"""How the benchmarks time and what they print."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Row = tuple[str, ...]


def timed(work: Callable[[], object], runs: int = 1) -> float:
    """The median time of some runs, in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def process(*arguments: str) -> Callable[[], object]:
    """A whole process of this Python, imports included."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def in_turn(one: Callable[[], object], other: Callable[[], object], runs: int) -> list[float]:
    """The median times of two works that take turns, so that both meet the same machine."""
    times: list[list[float]] = [[], []]
    for _ in range(runs):
        for number, work in enumerate((one, other)):
            times[number].append(timed(work))
    return [statistics.median(found) for found in times]


def memory() -> float:
    """The most memory that this process has held, in MiB: what Linux counts from its start on."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def machine() -> str:
    """The machine and this Python, in words."""
    cores = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    return f"{cores}, Python {platform.python_version()}"


def table(heads: Sequence[str], rows: Sequence[Row]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
