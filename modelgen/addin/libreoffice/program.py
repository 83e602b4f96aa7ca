"""The command `modelgen`, where it is installed: found on the path, or in the Python that LibreOffice runs."""

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
    from typing import Dict, List, Optional, Sequence

VARIABLE = "MODELGEN"
TIMEOUT = 300
DONE, FAILED = 0, 1
MISSING = (
    "modelgen is not installed here: `pip install modelgen-finance` and start LibreOffice with it on the path, "
    f"or name the command in the environment variable {VARIABLE}."
)
_HOMES = (".local/bin", "bin")
# LibreOffice points its own Python and libraries at itself by these; another program must not see them.
_OF_OFFICE = ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "URE_BOOTSTRAP")


def find_program() -> Optional[List[str]]:
    """The words that run modelgen, None where it is not installed: what the environment names, the command on the
    path or where pip puts it for a user, or the package in this Python.
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
    candidates = (Path(sys.executable or "."), Path(sys.prefix) / name, Path(sys.prefix) / "bin" / name)
    return next((str(p) for p in candidates if p.name.startswith("python") and p.is_file()), "")


def run(command: Sequence[str], *arguments: str) -> str:
    """What modelgen prints. Raises ItemError with its own sentence if it cannot do what is asked; that a check fails
    is an answer, not an error.
    """
    environment: Dict[str, str] = {k: v for k, v in os.environ.items() if k not in _OF_OFFICE}
    hidden = {"creationflags": 0x08000000} if os.name == "nt" else {}  # no console window
    try:
        done = subprocess.run(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=TIMEOUT,
            check=False,
            **hidden,
        )
    except subprocess.TimeoutExpired:
        raise ItemError(f"modelgen did not answer in {TIMEOUT} seconds.") from None
    except OSError as error:
        raise ItemError(f"modelgen cannot be started ({error.strerror}). {MISSING}") from None
    if done.returncode not in (DONE, FAILED):
        said = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise ItemError(f"modelgen: {said}")
    return done.stdout.decode("utf-8", "replace")
