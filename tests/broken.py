"""Workbooks broken at random, each by a seed, and the commands that are given them.

    python -m tests.broken SEED COUNT [small|lexington]

runs all commands on COUNT of them and names each that ends otherwise than in a sentence and an exit code.
"""

import contextlib
import hashlib
import io
import random
import re
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock
from xml.sax.saxutils import escape

from modelgen.cli.main import main

LIMIT = 120  # seconds, for one command: only what never ends reaches it, on any machine
Parts = dict[str, bytes]
Breakage = Callable[[Parts, random.Random], None]

FORMULAS = (
    "cmd|'/c calc'!A0", "A1#", "EDATE(1,1e9)", "9^9^9^9", 'REPT("x",1e9)', "FACT(1e8)", "A0", "Nowhere!A1",
    "SUM(A1:XFD1048576)", "1/0", "#REF!+1", "[1]Sheet!A1", "'C:\\[x.xlsx]S'!A1", "SUBTOTAL(109,[Column'[])",
    "OFFSET(A1,1e9,1e9)", "INDIRECT(\"A0\")", "{1,2;3,4}", "LET(x,1,x)", "WEBSERVICE(\"http://x\")", '"' + "x" * 300 + '"',
    "((((((1", "1+", "SUM(,)", "-" * 200 + "1", "IF(" * 70 + "1" + ",1,0)" * 70, "1" * 400, "A1:A2:A3", "Model!A1:Map!B2",
    "DATE(1e9,1,1)", "CHOOSE(1e9,1)", "10^400", "ROW()", "NOW()", "SUM(XFE1)", "MATCH(1,A:A,0)", "INDEX(A1:A3,-1)",
)  # fmt: skip
VALUES = (
    "1" * 400,
    "NaN",
    "INF",
    "1e999",
    "-",
    "abc",
    "",
    "1e308",
    "-0",
    "9" * 17,
    "0x10",
    "1,5",
    "99999999999999999999",
)
AREAS = (
    "Model!A0",
    "Model!$A$1:$XFD$1048576",
    "#REF!",
    "Nowhere!$A$1",
    "Model!XFE1",
    "1",
    "Model!$B$2:$A$1",
    "A1",
    "'",
    "OFFSET(A1,1,1)",
)


def sheets(parts: Parts) -> list[str]:
    return sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))


def xml(parts: Parts) -> list[str]:
    return sorted(name for name in parts if name.endswith((".xml", ".rels")))


def replaced(
    parts: Parts,
    rng: random.Random,
    part: str,
    pattern: bytes,
    new: Callable[[re.Match[bytes]], bytes],
) -> None:
    """One match of the pattern, chosen at random, replaced."""
    found = list(re.finditer(pattern, parts[part]))
    if found:
        one = rng.choice(found)
        parts[part] = parts[part][: one.start()] + new(one) + parts[part][one.end() :]


def drop_part(parts: Parts, rng: random.Random) -> None:
    del parts[rng.choice(sorted(parts))]


def empty_part(parts: Parts, rng: random.Random) -> None:
    parts[rng.choice(sorted(parts))] = b""


def cut_part(parts: Parts, rng: random.Random) -> None:
    name = rng.choice(xml(parts))
    parts[name] = parts[name][: rng.randrange(len(parts[name]) + 1)]


def flip_characters(parts: Parts, rng: random.Random) -> None:
    name = rng.choice(xml(parts))
    data = bytearray(parts[name])
    for _ in range(rng.randrange(1, 6)):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    parts[name] = bytes(data)


def swap_parts(parts: Parts, rng: random.Random) -> None:
    one, other = rng.sample(xml(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]


def drop_element(parts: Parts, rng: random.Random) -> None:
    replaced(parts, rng, rng.choice(xml(parts)), rb"<[a-zA-Z:]+[^<>]*/>", lambda _: b"")


def drop_attribute(parts: Parts, rng: random.Random) -> None:
    replaced(parts, rng, rng.choice(xml(parts)), rb' [a-zA-Z:]+="[^"]*"', lambda _: b"")


def absurd_attribute(parts: Parts, rng: random.Random) -> None:
    value = rng.choice((b"", b"-1", b"99999", b"1e9", b"A0", b"rId999", b"xx", b"4294967296"))
    replaced(parts, rng, rng.choice(xml(parts)), rb'="[^"]*"', lambda _: b'="' + value + b'"')


def hostile_formula(parts: Parts, rng: random.Random) -> None:
    text = escape(rng.choice(FORMULAS)).encode()
    replaced(
        parts, rng, rng.choice(sheets(parts)), rb"<f>[^<]*</f>", lambda _: b"<f>" + text + b"</f>"
    )


def absurd_value(parts: Parts, rng: random.Random) -> None:
    value = rng.choice(VALUES).encode()
    replaced(
        parts, rng, rng.choice(sheets(parts)), rb"<v>[^<]*</v>", lambda _: b"<v>" + value + b"</v>"
    )


def absurd_type(parts: Parts, rng: random.Random) -> None:
    kind = rng.choice((b"s", b"str", b"b", b"e", b"d", b"n", b"inlineStr", b"x", b""))
    replaced(parts, rng, rng.choice(sheets(parts)), rb"<c r=", lambda _: b'<c t="' + kind + b'" r=')


def absurd_name(parts: Parts, rng: random.Random) -> None:
    text = escape(rng.choice(AREAS)).encode()
    replaced(
        parts,
        rng,
        "xl/workbook.xml",
        rb"(<definedName [^<>]*>)[^<]*",
        lambda found: found[1] + text,
    )


def hostile_name(parts: Parts, rng: random.Random) -> None:
    replaced(
        parts,
        rng,
        "xl/workbook.xml",
        rb'name="[^"]*"',
        lambda _: rng.choice((b'name=""', b'name="A1"', b'name="\xc3\xa9"')),
    )


def merged(parts: Parts, rng: random.Random) -> None:
    area = rng.choice((b"A1:XFD1048576", b"A1:Z20000", b"A0:B2", b"B2:A1", b"x"))
    part = rng.choice(sheets(parts))
    parts[part] = parts[part].replace(
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="' + area + b'"/></mergeCells>',
    )


def shared_formula(parts: Parts, rng: random.Random) -> None:
    kind = rng.choice(
        (
            b't="shared" si="77"',
            b't="array" ref="A1:XFD1048576"',
            b't="dataTable" ref="A1"',
            b't="shared" si="0" ref="A1:A9"',
        )
    )
    replaced(parts, rng, rng.choice(sheets(parts)), rb"<f>", lambda _: b"<f " + kind + b">")


def many_columns(parts: Parts, rng: random.Random) -> None:
    part = rng.choice(sheets(parts))
    parts[part] = parts[part].replace(
        b"<sheetData>", b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def same_cell_twice(parts: Parts, rng: random.Random) -> None:
    replaced(parts, rng, rng.choice(sheets(parts)), rb"<c r=.*?</c>", lambda found: found[0] * 2)


def number_as_text(parts: Parts, rng: random.Random) -> None:
    def text(found: re.Match[bytes]) -> bytes:
        return b"<c" + found[1] + b' t="inlineStr"><is><t>' + found[2] + b"</t></is></c>"

    replaced(
        parts, rng, rng.choice(sheets(parts)), rb"<c((?: [rs]=\"\w+\")+)><v>([^<]*)</v></c>", text
    )


def blank(parts: Parts, rng: random.Random) -> None:
    replaced(
        parts, rng, rng.choice(sheets(parts)), rb"<c((?: [rs]=\"\w+\")+)><v>[^<]*</v></c>",
        lambda found: b"<c" + found[1] + b' t="n"></c>',
    )  # fmt: skip


def entities(parts: Parts, rng: random.Random) -> None:
    name = rng.choice(xml(parts))
    parts[name] = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + parts[name]


BREAKAGES: tuple[Breakage, ...] = (
    drop_part, empty_part, cut_part, flip_characters, swap_parts, drop_element, drop_attribute, absurd_attribute,
    hostile_formula, hostile_formula, hostile_formula, absurd_value, absurd_type, absurd_name, absurd_name,
    hostile_name, merged, shared_formula, many_columns, same_cell_twice, number_as_text, blank, entities,
)  # fmt: skip


def break_file(source: Path, target: Path, rng: random.Random) -> str:
    """Writes a broken copy; what was done to it."""
    data = source.read_bytes()
    if rng.random() < 0.15:
        flipped = bytearray(data)
        if rng.random() < 0.5:
            target.write_bytes(data[: rng.randrange(len(data))])
            return "file cut"
        for _ in range(rng.choice((1, 1, 4, 40))):
            flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
        target.write_bytes(bytes(flipped))
        return "bits flipped"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    done = []
    for _ in range(rng.choice((1, 1, 1, 2))):
        breakage = rng.choice(BREAKAGES)
        with contextlib.suppress(KeyError, IndexError, ValueError):
            breakage(parts, rng)
        done.append(breakage.__name__)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return ", ".join(done)


def commands(path: Path, good: Path, out: Path, deal: str) -> list[list[str]]:
    """The commands that read a workbook, each by the engine that is likeliest to fall."""
    book = str(path)
    return [
        ["recalc", book],
        ["recalc", book, "--engine", "ironcalc", "-o", str(out)],
        ["check", book],
        ["check", book, "--engine", "ironcalc", "--json"],
        ["audit", book],
        ["trace", book, "Model!D8", "--engine", "ironcalc"],
        ["pull", book, "--deal", deal, "--engine", "ironcalc"],
        ["diff", str(good), book, "--engine", "ironcalc"],
    ]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, what it said on stderr, and how long it
    kept the processor busy."""

    code: int
    said: str
    seconds: float


class TooLongError(BaseException):
    """A command did not end in time."""


def run_in_process(arguments: list[str]) -> Ended:
    """A command as the shell calls it, in this process. What it raises but for its exit is raised."""

    def too_long(_number: int, _frame: object) -> None:
        raise TooLongError(" ".join(arguments))

    out, err = io.StringIO(), io.StringIO()
    kept = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)}
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(3 * LIMIT)
    began = time.process_time()  # what else the machine does is no fault of a command
    code: object = 0
    try:
        with (
            mock.patch.object(sys, "argv", ["modelgen", *arguments]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert isinstance(code, int)
    return Ended(code, err.getvalue(), time.process_time() - began)


def faults(good: Path, deal: str, seed: str, count: int, folder: Path) -> Iterator[str]:
    """What does not end as it should, of all commands on `count` broken copies of a workbook."""
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        path, out = folder / f"broken-{number}.xlsx", folder / "out.xlsx"
        done = break_file(good, path, rng)
        before = hashlib.sha256(path.read_bytes()).digest()
        for arguments in commands(path, good, out, deal):
            what = f"seed {seed}, no. {number} ({done}): {arguments[0]} {' '.join(arguments[2:])}"
            try:
                ended = run_in_process(arguments)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                yield f"{what}: {type(error).__name__}: {error}"
                continue
            if ended.code not in (0, 1, 2, 3):
                yield f"{what}: exit code {ended.code}"
            if ended.code in (2, 3) and not ended.said.strip():
                yield f"{what}: exit code {ended.code} without a sentence"
            if "Traceback" in ended.said or "panicked" in ended.said:
                yield f"{what}: {ended.said}"
            if ended.seconds > LIMIT:
                yield f"{what}: {ended.seconds:.0f} s"
        if hashlib.sha256(path.read_bytes()).digest() != before:
            yield f"seed {seed}, no. {number}: the input was changed"
        path.unlink()


def _main(seed: str, count: str, name: str = "small") -> None:
    from tests.conftest import SMALL, build

    deal = str(SMALL) if name == "small" else "lexington-2006q1"
    with tempfile.TemporaryDirectory() as folder:
        good = build(deal, Path(folder) / "good.xlsx").path
        found = 0
        for fault in faults(good, deal, seed, int(count), Path(folder)):
            found += 1
            print(fault, flush=True)
        left = sorted(p.name for p in Path(folder).iterdir() if p.name.startswith(".modelgen-"))
        print(
            f"{count} workbooks of {name}, seed {seed}: {found} faults; left over: {left or 'nothing'}"
        )


if __name__ == "__main__":
    _main(*sys.argv[1:])
