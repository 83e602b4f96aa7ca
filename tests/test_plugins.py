"""Engines and audit rules of another package: a folder with a module and its entry points, on Python's path."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelgen import plugins
from modelgen.problem import EngineError
from modelgen.review.audit import audit
from modelgen.review.rules import RULES, every_rule
from modelgen.workbook import engines
from modelgen.workbook.contents import read_contents
from tests.broken import run_in_process
from tests.conftest import Built

Install = Callable[[str], None]
MODULE = '''
from modelgen.review.rules import Rule
from modelgen.workbook.engines import load_engine


def is_available():
    return True


class Halved:
    """IronCalc, with a fault that is easily seen."""

    def __init__(self, contents):
        self.engine = load_engine("ironcalc", contents)

    def calculate(self, changes, report=None, wanted=None):
        found = self.engine.calculate(changes, report, wanted)
        return {key: value / 2 if isinstance(value, float) else value for key, value in found.items()}


def load(contents):
    return Halved(contents)


def no_sevens(facts):
    for key, value in facts.contents.constants.items():
        if value == 7:
            yield f"{key[0]}!{key[1]}", "holds a seven"


def falls(facts):
    yield "here", 1 / 0


RULE = Rule("seven", "low", "A seven", "It brings bad luck.", no_sevens)
SAME = Rule("constant", "low", "Another rule", "It has the id of another.", no_sevens)
FALLING = Rule("falls", "low", "Falls", "It falls.", falls)
RULES = [RULE]
NOTHING = 5
'''


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package of one module, `others`, with the entry points given, for one test."""
    site = tmp_path / "site"

    def installed(entries: str) -> None:
        about = site / "others-1.0.dist-info"
        about.mkdir(parents=True)
        (site / "others.py").write_text(MODULE, encoding="utf-8")
        (about / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: others\nVersion: 1.0\n", encoding="utf-8"
        )
        (about / "entry_points.txt").write_text(entries, encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        plugins.installed.cache_clear()

    yield installed
    sys.modules.pop("others", None)
    plugins.installed.cache_clear()


def test_an_engine_of_another_package_is_offered_and_used(install: Install, small: Built) -> None:
    install("[modelgen.engines]\nhalved = others\n")
    assert engines.names() == ("formulas", "ironcalc", "libreoffice", "halved")
    assert "halved" in engines.available()
    contents = read_contents(small.path)
    found = engines.load_engine("halved", contents).calculate({})
    own = engines.load_engine("ironcalc", contents).calculate({})
    halves = {k: v / 2 if isinstance(v, float) else v for k, v in own.items()}
    assert found == halves
    assert run_in_process(["check", str(small.path), "--engine", "halved"]).code == 1


def test_a_rule_of_another_package_is_asked_after_ours(
    install: Install, small: Built, tmp_path: Path
) -> None:
    import openpyxl

    install("[modelgen.audit_rules]\nseven = others:RULES\n")
    assert [rule.id for rule in every_rule()] == [*(rule.id for rule in RULES), "seven"]
    book = openpyxl.Workbook()
    book.worksheets[0]["B3"] = 7
    book.save(tmp_path / "book.xlsx")
    assert [(f.rule, f.where) for f in audit(tmp_path / "book.xlsx").findings] == [
        ("seven", "Sheet!3")
    ]
    quiet = tmp_path / "quiet.yaml"
    quiet.write_text("suppress:\n  - {rule: seven, reason: we like it}\n", encoding="utf-8")
    ended = run_in_process(
        ["audit", str(tmp_path / "book.xlsx"), "--suppress", str(quiet), "--fail-on", "low"]
    )
    assert ended.code == 0


def test_an_audit_by_given_rules_asks_no_others(small: Built, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "=NOW()+250"
    book.save(tmp_path / "book.xlsx")
    chosen = [rule for rule in RULES if rule.id == "volatile"]
    found = audit(tmp_path / "book.xlsx", rules=chosen)
    assert [(f.rule, f.where) for f in found.findings] == [("volatile", "Sheet!A1")]
    assert found.rules == 1


@pytest.mark.parametrize(
    ("entries", "arguments", "said"),
    [
        ("[modelgen.engines]\nbad = missing_module\n", ["check", "--engine", "bad"],
         "'bad' of others (modelgen.engines: missing_module) cannot be loaded: ModuleNotFoundError: No module named 'missing_module'"),
        ("[modelgen.engines]\nbad = others:NOTHING\n", ["check", "--engine", "bad"],
         "the engine 'bad' of others (modelgen.engines: others:NOTHING) has no function is_available()"),
        ("[modelgen.audit_rules]\nbad = missing_module:RULE\n", ["audit"],
         "'bad' of others (modelgen.audit_rules: missing_module:RULE) cannot be loaded: ModuleNotFoundError: No module named 'missing_module'"),
        ("[modelgen.audit_rules]\nbad = others:NOTHING\n", ["audit"],
         "the audit rule 'bad' of others (modelgen.audit_rules: others:NOTHING) is not a Rule"),
        ("[modelgen.audit_rules]\nbad = others:SAME\n", ["audit"],
         "the audit rule 'bad' of others (modelgen.audit_rules: others:SAME) has the id of another: constant"),
        ("[modelgen.audit_rules]\nbad = others:FALLING\n", ["audit"],
         "the audit rule 'falls' failed: ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_a_broken_package_is_named_in_a_sentence(
    install: Install, entries: str, arguments: list[str], said: str, small: Built
) -> None:
    install(entries)
    name, *options = arguments
    ended = run_in_process([name, str(small.path), *options])
    assert (ended.code, ended.said.strip()) == (3, said)


def test_an_engine_that_nobody_has_is_said_so_with_the_nearest(small: Built) -> None:
    with pytest.raises(EngineError, match="did you mean 'ironcalc'"):
        engines.load_engine("ironclac", read_contents(small.path))
