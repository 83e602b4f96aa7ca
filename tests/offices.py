"""A stand-in for LibreOffice, and LibreOffice itself: what the tests of the extension open workbooks in."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from modelgen.addin.libreoffice.cells import Area as PlainArea
from modelgen.addin.libreoffice.cells import Cells
from modelgen.workbook.contents import Area, Key, Value
from modelgen.workbook.recalculate import Workbook, save
from tests.conftest import ROOT

NOBODY = 65534
Step = Sequence[Any]


@dataclass
class StandIn:
    """A workbook that an engine computes, as the extension sees one that is open."""

    book: Workbook
    changes: dict[Key, Value] = field(default_factory=dict)
    at: Key | None = None
    spoilt: Mapping[Key, Value] = field(default_factory=dict)
    """Values that this stand-in shows wrongly, to be found by a proof."""

    def cells(self) -> Cells:
        contents = self.book.contents
        values = {**contents.constants, **self.changes, **self.book.calculate(self.changes)}
        values.update(self.spoilt)
        return Cells(
            str(contents.path),
            contents.sheets,
            {key: value for key, value in values.items() if value is not None},
            contents.formulas,
            {name: _plain(area) for name, area in contents.names.items()},
            {
                name: {sheet: _plain(area) for sheet, area in sheets.items()}
                for name, sheets in contents.areas.items()
            },
            contents.properties,
            contents.comments,
        )

    def selected(self) -> Key | None:
        return self.at

    def put(self, values: Mapping[Key, Value]) -> None:
        self.changes = {**self.changes, **values}

    def put_back(self, held: Mapping[Key, Value]) -> None:
        self.changes = {**self.changes, **held}

    def recalculate(self) -> None:
        return

    def save_copy(self, path: str) -> None:
        found = self.book.recalculate()
        save(found, Path(path))

    def show(self, key: Key) -> None:
        self.at = key


@dataclass
class Opened:
    """A workbook as its file holds it, in which nothing is computed."""

    book: Cells

    def cells(self) -> Cells:
        return self.book

    def selected(self) -> Key | None:
        return next(iter(self.book.formulas), None)

    def put(self, values: Mapping[Key, Value]) -> None:
        return

    def put_back(self, held: Mapping[Key, Value]) -> None:
        return

    def recalculate(self) -> None:
        return

    def save_copy(self, path: str) -> None:
        return

    def show(self, key: Key) -> None:
        return


def _plain(area: Area) -> PlainArea:
    return PlainArea(area.sheet, area.row, area.column, area.last_row, area.last_column)


def write_command(script: Path) -> None:
    """A command `modelgen` that runs this one."""
    text = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m modelgen "$@"\n'
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)


@cache
def uno_python() -> str:
    """A Python that has UNO; empty if there is none."""
    office = shutil.which("soffice")
    beside = Path(office).resolve().parent / "python" if office else Path("python")
    for candidate in (sys.executable, "/usr/bin/python3", str(beside)):
        if Path(candidate).is_file():
            done = subprocess.run(
                [candidate, "-c", "import uno"], capture_output=True, check=False, timeout=60
            )
            if done.returncode == 0:
                return candidate
    return ""


def lacking() -> str:
    """What a machine lacks to run the extension, in words; empty if nothing."""
    for program in ("soffice", "unopkg"):
        if shutil.which(program) is None:
            return f"LibreOffice ({program}) is not installed"
    return "" if uno_python() else "no Python has UNO: install python3-uno"


def as_a_person(folder: Path) -> list[str]:
    """The words before a command that make it run as an ordinary user, who may write to a folder: unopkg refuses
    to install an extension for the administrator.
    """
    if os.geteuid() != 0:
        return []
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def install(extension: Path, profile: Path) -> str:
    """Installs an extension into a profile of its own; gives what unopkg then lists."""
    profile.mkdir(parents=True)
    where = f"-env:UserInstallation={profile.as_uri()}"
    said = ""
    for words in (["add", "--force", where, str(extension)], ["list", where]):
        done = subprocess.run(
            [*as_a_person(profile), "env", f"HOME={profile}", "unopkg", *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said = done.stdout
    return said


def drive(profile: Path, steps: Sequence[Step], environment: Mapping[str, str]) -> list[Any]:
    """What a headless LibreOffice says to steps (see `oxt_driver`)."""
    pipe = f"modelgen{os.getpid()}"
    office = subprocess.Popen(
        [
            *("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"),
            *("--nologo", f"--accept=pipe,name={pipe};urp"),
        ],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        done = subprocess.run(
            [uno_python(), str(ROOT / "tests" / "oxt_driver.py"), pipe],
            input=json.dumps(steps),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        office.wait(timeout=60)
    finally:
        if office.poll() is None:
            office.terminate()
            office.wait(timeout=30)
    found: list[Any] = json.loads(done.stdout)
    return found
