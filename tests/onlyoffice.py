"""A workbook opened and saved by ONLYOFFICE, whose document-builder is a package on PyPI (tests only)."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

needs_onlyoffice = pytest.mark.skipif(
    find_spec("docbuilder") is None,
    reason="ONLYOFFICE's document-builder is not installed: pip install modelgen-finance[onlyoffice]",
)
_SAVE = """
import sys, docbuilder
builder = docbuilder.CDocBuilder()
opened = builder.OpenFile(sys.argv[1], "")
saved = builder.SaveFile("xlsx", sys.argv[2])
builder.CloseFile()
"""


def saved(source: Path, target: Path) -> Path:
    """The workbook as ONLYOFFICE saves it, in a process of its own: the library prints, and may not end."""
    done = subprocess.run(
        [sys.executable, "-c", _SAVE, str(source), str(target)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert target.exists(), f"ONLYOFFICE saved nothing: {done.stdout} {done.stderr}"
    return target
