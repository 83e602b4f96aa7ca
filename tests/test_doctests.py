"""The examples in the docstrings, run: of a deal, a workbook built from it, and a folder to write to."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import ROOT, SMALL, Built

MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "modelgen").rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_say_what_happens(
    module: str, small: Built, tmp_path: Path
) -> None:
    found = import_module(module)
    names = {"deal": str(SMALL), "workbook": small.path, "folder": tmp_path}
    result = doctest.testmod(found, extraglobs=names, optionflags=doctest.ELLIPSIS)
    assert result.attempted and not result.failed


def test_each_public_function_has_an_example() -> None:
    import inspect

    import modelgen

    for name in ("load", "build", "audit", "diff", "pull", "trace", "verify", "check"):
        assert ">>>" in (inspect.getdoc(getattr(modelgen, name)) or ""), name
