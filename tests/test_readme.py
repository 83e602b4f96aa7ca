"""What the README and the page on pytest show is run: each block of shell and of Python, in their order."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import LEXINGTON, ROOT, SMALL, Built

README = ROOT / "README.md"
FENCE = re.compile(r"^(<!-- command: \w+ -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FAILS = "  # exit 1"


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a language, but for the two commands that CI itself runs."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [text for marked, of, text in found if of == language and not marked]


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def desk(tmp_path: Path, lexington: Built) -> Path:
    """A folder with what a reader would have by then: the docs' examples, an edited workbook, a deal of
    one's own.
    """
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    book = openpyxl.load_workbook(lexington.path)
    sheet, cell = next(book.defined_names["libor_1m.shift"].destinations)
    book[sheet][cell] = 0.01
    book.save(tmp_path / "edited.xlsx")
    shutil.copytree(LEXINGTON, tmp_path / "path" / "to" / "my-deal")
    return tmp_path


def test_each_command_of_the_readme_does_what_it_says(desk: Path) -> None:
    commands = [
        line
        for block in blocks(README, "sh")
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("modelgen ")
    ]
    assert len(commands) >= 10
    for command in commands:
        done = run("sh", "-c", command, folder=desk)
        expected = 1 if command.endswith(FAILS) else 0
        assert done.returncode == expected, f"{command}\n{done.stdout}{done.stderr}"
        if command.startswith("modelgen check") and expected:
            assert "131 of 147" in done.stdout  # sixteen of them do not tie
    assert "libor_1m.shift" in (desk / "overlay.yaml").read_text(encoding="utf-8")


def test_the_library_of_the_readme_runs(desk: Path) -> None:
    programs = [block for block in blocks(README, "python") if "def test_" not in block]
    assert programs
    for program in programs:
        done = run(sys.executable, "-c", program, folder=desk)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "pytest.md"], ids=lambda page: page.name)
def test_each_test_that_is_shown_passes(page: Path, desk: Path) -> None:
    tests = [block for block in blocks(page, "python") if "def test_" in block]
    assert tests
    shutil.copytree(SMALL, desk / "small")
    (desk / "test_shown.py").write_text("\n\n".join(tests), encoding="utf-8")
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=desk)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) >= sum(block.count("def test_") for block in tests)


def test_the_first_screen_shows_commands_library_and_fixture() -> None:
    first = README.read_text(encoding="utf-8").split("## Two commands")[0]
    assert len(first.splitlines()) <= 48
    for shown in ("modelgen build", "import modelgen", "(modelgen_model", "assert_holds"):
        assert shown in first


def test_the_readme_lists_every_command_and_exit_code() -> None:
    from modelgen.cli import main

    text = README.read_text(encoding="utf-8")
    listed = re.findall(r"^\| `modelgen (\w+)", text, re.MULTILINE)
    assert sorted(listed) == sorted(main.COMMANDS)
    assert "0 done; 1 the model does not hold" in text
