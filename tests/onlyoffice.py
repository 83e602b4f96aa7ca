"""A workbook opened, edited and saved by ONLYOFFICE, whose document-builder is a package on PyPI (tests only)."""

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from modelgen.workbook.contents import Key, a1

needs_onlyoffice = pytest.mark.skipif(
    find_spec("docbuilder") is None,
    reason="ONLYOFFICE's document-builder is not installed: pip install modelgen-finance[onlyoffice]",
)
# What is typed is recalculated as it would be on the screen: only what hangs on the changed cells.
_SAVE = """
import json, sys, docbuilder
builder = docbuilder.CDocBuilder()
opened = builder.OpenFile(sys.argv[1], "")
for sheet, cell, value in json.loads(sys.argv[3]):
    place = f"Api.GetSheet({json.dumps(sheet)}).GetRange({json.dumps(cell)})"
    assert builder.ExecuteCommand(f"{place}.SetValue({json.dumps(value)});"), (sheet, cell)
saved = builder.SaveFile("xlsx", sys.argv[2])
builder.CloseFile()
"""


def saved(source: Path, target: Path, typed: Mapping[Key, float | str] | None = None) -> Path:
    """The workbook as ONLYOFFICE saves it after values were typed into cells, in a process of its own: the
    library prints, and may not end.
    """
    edits = [(key[0], a1(key).rpartition("!")[2], value) for key, value in (typed or {}).items()]
    done = subprocess.run(
        [sys.executable, "-c", _SAVE, str(source), str(target), json.dumps(edits)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert target.exists(), f"ONLYOFFICE saved nothing: {done.stdout} {done.stderr}"
    return target
