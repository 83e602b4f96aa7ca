"""The engine LibreOffice, run headless on a copy, with a profile that makes it recalculate on load."""

import shutil
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

from modelgen.files import scratch
from modelgen.problem import EngineError
from modelgen.workbook.contents import Contents, Key, Value, plain
from modelgen.workbook.engines import Report, selected
from modelgen.workbook.package import open_book
from modelgen.workbook.patch import write_patched

# Without this, LibreOffice keeps the cached values of a file that another program wrote.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
TIMEOUT = 180


def is_available() -> bool:
    """Whether the program soffice is on the path."""
    return shutil.which("soffice") is not None


def load(contents: Contents) -> "LibreOffice":
    """The workbook in this engine."""
    if not is_available():
        raise EngineError(
            "the engine 'libreoffice' is not installed: there is no soffice on the path"
        )
    return LibreOffice(contents)


class LibreOffice:
    """A workbook that LibreOffice opens, recalculates and saves for each calculation."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """The values of formula cells after the changes."""
        with scratch() as folder:
            source = folder / "in" / "book.xlsx"
            source.parent.mkdir()
            # Cached values are removed, so that none can be mistaken for a recalculated one.
            write_patched(self._contents, source, changes, dict.fromkeys(self._contents.formulas))
            saved = convert(source, folder, "xlsx")
            book = open_book(saved, values=True)
            found: dict[Key, Value] = {}
            for key in selected(self._contents, wanted):
                # A formula always has a value: LibreOffice saves an empty text without one.
                value = plain(book[key[0]].cell(key[1], key[2]).value)
                found[key] = "" if value is None else value
        if report:
            report(len(found), len(found))
        return found


def convert(source: Path, folder: Path, kind: str) -> Path:
    """The path, in `folder`, of the file as LibreOffice saves it in another format. Raises EngineError."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    out = folder / "out"
    command = [
        "soffice",
        f"-env:UserInstallation={profile.resolve().as_uri()}",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(out),
        str(source),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise EngineError(f"libreoffice did not answer in {TIMEOUT} seconds") from None
    except OSError as error:
        raise EngineError(f"libreoffice failed: {error}") from None
    saved = out / f"{source.stem}.{kind}"
    if not saved.exists():
        raise EngineError(f"libreoffice wrote no {kind}: {(done.stderr or done.stdout).strip()}")
    return saved
