"""Shared fixtures. A test that needs ../shared or LibreOffice skips where these are missing, and
says so; in CI a skip fails the run."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from modelgen.evaluate.study import Complete, complete
from modelgen.excel.write import Written, write_workbook
from modelgen.model.build import build_model
from modelgen.model.plain import Model
from modelgen.page.carried import carried_text
from modelgen.text.load import DealText, load
from modelgen.workbook.recalculate import Workbook

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
RELEASE = SHARED / "releases" / "lexington-2006q1-ex99.txt"
SMALL = ROOT / "tests" / "deals" / "small"
LEXINGTON = ROOT / "templates" / "lexington-2006q1"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is missing")
needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names what was skipped, and why."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI nothing may be skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is worked out in a test run is kept for that run alone."""
    os.environ["MODELGEN_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@dataclass(frozen=True)
class Built:
    """A deal, its model and values, and the workbook written from them."""

    text: DealText
    model: Model
    evaluation: Complete
    written: Written

    @property
    def path(self) -> Path:
        return self.written.path


def build(deal: str | Path, path: Path, settings: dict[str, str] | None = None) -> Built:
    text = load(str(deal))
    evaluation = complete(build_model(text, settings or {}))
    return Built(
        text,
        evaluation.model,
        evaluation,
        write_workbook(evaluation, path, carried_text(evaluation)),
    )


@pytest.fixture(scope="session")
def lexington(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build("lexington-2006q1", tmp_path_factory.mktemp("lexington") / "lexington.xlsx")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(SMALL, tmp_path_factory.mktemp("small") / "small.xlsx")


@pytest.fixture(scope="session")
def ironcalc_book(lexington: Built) -> Workbook:
    return Workbook(lexington.path, "ironcalc")
