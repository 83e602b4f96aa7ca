"""Mutants of a deal's text: what a slip of the hand, a bad merge or an attacker makes of it.

Run as a module for a long run:  python -m tests.mutants --small 1000 --lexington 300 --seed 7
"""

import argparse
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from modelgen.evaluate.study import complete
from modelgen.evaluate.verdict import verdict_of
from modelgen.excel.write import write_workbook
from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.text.load import load

ROOT = Path(__file__).resolve().parents[1]
SMALL = (ROOT / "tests" / "deals" / "small",)
LEXINGTON = (
    ROOT / "templates" / "lexington-2006q1",
    *sorted(path.parent for path in ROOT.glob("templates/*/module.yaml")),
)
SECONDS = 120  # so long that only what never ends reaches it, on any machine

ODD: tuple[str, ...] = (
    *"{}[]:#&*!|>'\"%@`,?-=\\$~\t",
    *("\0", "\x07", "\x0b", "\x85", "\u2028", "\ufeff", "\ufffe", "\U0001f600", "\r", "²", "…"),
)
VALUES: tuple[str, ...] = (
    *("", "''", "null", "[]", "{}", "[a, b]", "{a: b}", "[[]]", "&a [*a]", "*nothing", "!!map x"),
    *("0", "-1", "1", "1e308", "-1e308", "9" * 400, "0.0000000001", "nan", "inf", "-inf", "50%"),
    *("true", "no", "2021-02-30", "0001-01-01", "9999-12-31", "2021-06-30", "blank", "figure"),
    *("x" * 300, "x" * 40_000, "a\0b", "../../etc/passwd", "/dev/zero", "{label", "{label.x}"),
    *("= 1", "= (", "= " + "(" * 300, "= x" + " + x" * 900, "member", "member_difference", "date"),
    *('"\\0"', '"\\uFFFE"', "text", "text: text", "A" * 31, "All", "release:0", "report:3"),
)
_WORD = re.compile(r"[A-Za-z0-9_.%-]+")
_KEY = re.compile(r"[a-z_.]+(?=:)")
_PAIR = re.compile(r"[a-z_]+: [^,{}\[\]\n]+, ")
_VALUE = re.compile(r"(?<=: )[^,{}\[\]\n]+|(?<=,)[^,\n]*(?=,)")


def _lines(text: str, rng: random.Random) -> str:
    """Deletes, doubles, swaps, indents or cuts lines."""
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(6)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines.insert(other, lines[one])
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 3:
        lines[one] = " " * rng.randrange(1, 5) + lines[one]
    elif kind == 4:
        lines[one] = lines[one][: rng.randrange(len(lines[one]) + 1)]
    else:
        del lines[min(one, other) : max(one, other)]
    return "\n".join(lines)


def _replaced(text: str, rng: random.Random, pattern: re.Pattern[str], choices: list[str]) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    where = rng.choice(found)
    return text[: where.start()] + rng.choice(choices) + text[where.end() :]


def _words(text: str, rng: random.Random) -> str:
    """Puts one word of the text in another's place."""
    return _replaced(text, rng, _WORD, [m[0] for m in _WORD.finditer(text)] or [""])


def _values(text: str, rng: random.Random) -> str:
    """Puts a value of another type or size in a value's place."""
    return _replaced(text, rng, _VALUE, list(VALUES))


def _blocks(text: str, rng: random.Random) -> str:
    """Deletes, doubles or moves a line with all that is indented below it."""
    lines = text.split("\n")
    first = rng.randrange(len(lines))
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and len(lines[last]) - len(lines[last].lstrip()) > indent:
        last += 1
    block, kind = lines[first:last], rng.randrange(3)
    rest = lines if kind == 0 else [*lines[:first], *lines[last:]]
    at = rng.randrange(len(rest) + 1)
    return "\n".join(rest if kind == 1 else [*rest[:at], *block, *rest[at:]])


def _keys(text: str, rng: random.Random) -> str:
    """Puts one key of the text in another's place, or drops a key with its value from a list of them."""
    if rng.random() < 0.5:
        return _replaced(text, rng, _PAIR, ["", "note: x, ", "once_rolled: true, ", "leaf: true, "])
    return _replaced(text, rng, _KEY, [m[0] for m in _KEY.finditer(text)] or [""])


def _characters(text: str, rng: random.Random) -> str:
    """Inserts or deletes characters."""
    at = rng.randrange(len(text) + 1)
    if rng.random() < 0.3:
        return text[:at] + text[at + rng.randrange(1, 4) :]
    return text[:at] + rng.choice(ODD) + text[at:]


def _structure(text: str, rng: random.Random) -> str:
    """Cuts the text off, empties it, or repeats it."""
    cut = text[: rng.randrange(len(text) + 1)]
    return rng.choice((cut, "", text + text, f"\ufeff{text}"))


KINDS: tuple[Callable[[str, random.Random], str], ...] = (
    *(_lines, _lines, _words, _words, _words, _values, _values, _values, _characters),
    *(_blocks, _blocks, _keys, _keys),
    _structure,
)


def mutate(folders: tuple[Path, ...], rng: random.Random) -> str:
    """Changes a text of copied folders in one to three ways; says which."""
    files = sorted(file for folder in folders for file in folder.iterdir())
    file = rng.choice(files)
    if rng.random() < 0.02:
        file.unlink()
        return f"{file.name} deleted"
    said = [file.name]
    text = file.read_text(encoding="utf-8")
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        kind = rng.choice(KINDS)
        said.append(kind.__name__.strip("_"))
        text = kind(text, rng)
    data = text.encode()
    if rng.random() < 0.04:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice((b"\xff", b"\xc3", b"\xe2\x82")) + data[at:]
        said.append("bytes")
    file.write_bytes(data)
    return " ".join(said)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: built, refused, or `fell` with the traceback."""

    seed: str
    change: str
    kind: str
    seconds: float
    unplaced: tuple[str, ...] = ()
    problems: int = 0
    trace: str = ""


class TooLongError(Exception):
    """A mutant took longer than it may."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raises TooLongError in what takes longer."""

    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome(sources: tuple[Path, ...], seed: str, scratch: Path) -> Outcome:
    """What becomes of the mutant of a seed: it is built, in a scratch folder."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folders = tuple(
            Path(shutil.copytree(source, Path(name) / source.name)) for source in sources
        )
        change = mutate(folders, rng)
        began = time.perf_counter()
        try:
            with limited(SECONDS):
                evaluation = complete(build_model(load(str(folders[0]))))
                write_workbook(evaluation, Path(name) / "out.xlsx")
                verdict_of(evaluation)
        except ModelError as error:
            seconds = time.perf_counter() - began
            unplaced = tuple(p.message for p in error.problems if p.place is None)
            return Outcome(seed, change, "refused", seconds, unplaced, len(error.problems))
        except Exception:
            trace = traceback.format_exc()
            return Outcome(seed, change, "fell", time.perf_counter() - began, trace=trace)
        return Outcome(seed, change, "built", time.perf_counter() - began)


def main() -> int:
    """A long run, with a report of its counts, of all that fell and of messages without a place."""
    parser = argparse.ArgumentParser()
    for name in ("small", "lexington", "seed", "first"):
        parser.add_argument(f"--{name}", type=int, default=0)
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for name, sources in (("small", SMALL), ("lexington", LEXINGTON)):
            for number in range(given.first, given.first + getattr(given, name)):
                found = outcome(sources, f"{name} {given.seed} {number}", Path(scratch))
                counts[f"{name} {found.kind}"] += 1
                slowest = max(slowest, found.seconds)
                if found.kind == "fell":
                    last = found.trace.strip().splitlines()
                    where = [line.strip() for line in last if "modelgen/" in line][-1:]
                    print(
                        f"FELL {found.seed!r}: {found.change}: {last[-1][:200]} {where}", flush=True
                    )
                for message in found.unplaced:
                    counts["problems without a place"] += 1
                    print(f"unplaced {found.seed!r}: {message[:150]}", flush=True)
    print(dict(counts), f"slowest {slowest:.1f} s")
    return 1 if any("fell" in kind for kind in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
