"""The command `modelgen`, where it is installed: found on the path, or in the Python that LibreOffice
runs.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .cells import ItemError

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE = "MODELGEN"
TIMEOUT = 300
DONE, FAILED = 0, 1
MISSING = (
    "modelgen is not installed here: `pip install modelgen-finance` and start LibreOffice with it on the "
    f"path, or name the command in the environment variable {VARIABLE}."
)
_NO_CONSOLE = 0x08000000  # of Windows
_HOMES = (".local/bin", "bin")
# LibreOffice points its own Python and libraries at itself by these; another program must not see them.
_OF_OFFICE = ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "URE_BOOTSTRAP")


def find_program() -> list[str] | None:
    """The words that run modelgen, None where it is not installed: what the environment names, the
    command on the path or where pip puts it for a user, or the package in this Python.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return [named] if Path(named).is_file() else shlex.split(named)
    found = shutil.which("modelgen")
    if found:
        return [found]
    for home in _HOMES:
        candidate = Path.home() / home / "modelgen"
        if candidate.is_file() and os.access(str(candidate), os.X_OK):
            return [str(candidate)]
    if importlib.util.find_spec("modelgen") is not None:
        python = _python()
        return [python, "-m", "modelgen"] if python else None
    return None


def _python() -> str:
    """The interpreter that LibreOffice has within it; empty if there is no such program."""
    name = "python.exe" if os.name == "nt" else "python3"
    candidates = (
        Path(sys.executable or "."),
        Path(sys.prefix) / name,
        Path(sys.prefix) / "bin" / name,
    )
    return next((str(p) for p in candidates if p.name.startswith("python") and p.is_file()), "")


def run(command: Sequence[str], *arguments: str) -> str:
    """What modelgen prints. Raises ItemError with its own sentence if it cannot do what is asked; that
    a check fails is an answer, not an error.
    """
    environment: dict[str, str] = {k: v for k, v in os.environ.items() if k not in _OF_OFFICE}
    try:
        done = subprocess.run(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=TIMEOUT,
            check=False,
            creationflags=_NO_CONSOLE if os.name == "nt" else 0,
        )
    except subprocess.TimeoutExpired:
        raise ItemError(f"modelgen did not answer in {TIMEOUT} seconds.") from None
    except OSError as error:
        raise ItemError(f"modelgen cannot be started ({error.strerror}). {MISSING}") from None
    if done.returncode not in (DONE, FAILED):
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        # Above a wrong option stands how the command is used; the sentence is the last line.
        said = words[-1].replace("Error: ", "") if words else f"it ended with {done.returncode}"
        raise ItemError(f"modelgen: {said}")
    return str(done.stdout, "utf-8", "replace")
