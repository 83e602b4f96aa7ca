"""The audit: every rule applied to a workbook, without what is suppressed with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgen.files import checked_file
from modelgen.html_page import heading, page, sentence, table
from modelgen.problem import EngineError, ModelError, Problem, did_you_mean
from modelgen.review.rules import RULES, SEVERITIES, Rule, every_rule
from modelgen.review.view import WorkbookView, read_view
from modelgen.text.yaml_text import read_yaml

MOST = 2**22  # bytes, the limit for a file of suppressions


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a workbook breaks a rule: the rule, its severity, and what is wrong there."""

    rule: str
    severity: str
    title: str
    where: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """A rule that is not reported at a place (everywhere if `where` is empty), and the reason."""

    rule: str
    where: str
    reason: str


@dataclass(frozen=True)
class Audit:
    """The findings for a workbook, the most severe first, those suppressed, and the number of rules
    applied.
    """

    path: Path
    findings: tuple[Finding, ...]
    suppressed: tuple[tuple[Finding, str], ...]
    rules: int = 0

    def at_least(self, severity: str) -> list[Finding]:
        """The findings of at least a severity."""
        return [f for f in self.findings if _rank(f.severity) >= _rank(severity)]


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity)


def audit(
    path: Path, suppressions: Sequence[Suppression] = (), rules: Sequence[Rule] | None = None
) -> Audit:
    """Audits any .xlsx by the rules given or, if None, by all that are built in or installed. Raises
    ModelError if it cannot be read, EngineError if a rule of another package fails.
    """
    applied = every_rule() if rules is None else tuple(rules)
    view = read_view(path)
    findings: list[Finding] = []
    suppressed: list[tuple[Finding, str]] = []
    for rule in applied:
        for where, what in _found(rule, view):
            finding = Finding(rule.id, rule.severity, rule.title, where, what, rule.why)
            reasons = [
                s.reason for s in suppressions if s.rule == rule.id and s.where in ("", where)
            ]
            if reasons:
                suppressed.append((finding, reasons[0]))
            else:
                findings.append(finding)
    findings.sort(key=lambda f: -_rank(f.severity))
    return Audit(path, tuple(findings), tuple(suppressed), len(applied))


def _found(rule: Rule, view: WorkbookView) -> list[tuple[str, str]]:
    """The hits of a rule; if a rule of another package fails, the error names it."""
    if rule in RULES:
        return list(rule.find(view))
    try:
        return [(str(where), str(what)) for where, what in rule.find(view)]
    except Exception as error:
        raise EngineError(
            f"the audit rule '{rule.id}' failed: {type(error).__name__}: {error}"
        ) from None


def read_suppressions(path: Path) -> list[Suppression]:
    """The suppressions in a YAML file: a list `suppress` of rule, where (optional) and reason.

    Raises ModelError: an unknown rule, a suppression without a reason.
    """
    checked_file(path, MOST, "a file of suppressions")
    document = read_yaml(path)
    problems: list[Problem] = []
    found: list[Suppression] = []
    known = [rule.id for rule in every_rule()]
    top = document.plain
    for key in top:
        if key != "suppress":
            problems.append(
                Problem(
                    f"'{key}' is not a key of a file of suppressions",
                    document.place((key,)),
                    "suppress",
                )
            )
    items = top.get("suppress", [])
    if not isinstance(items, list):
        problems.append(
            Problem(
                "'suppress' should be a list of rules, each with its reason",
                document.place(("suppress",)),
                "- {rule: constant, where: Model!E8, reason: agreed}",
            )
        )
    for index, item in enumerate(items if isinstance(items, list) else []):
        place = document.place(("suppress", index))
        texts = (
            {k: v for k, v in item.items() if isinstance(v, str)} if isinstance(item, dict) else {}
        )
        rule, reason = texts.get("rule", ""), texts.get("reason", "")
        if not isinstance(item, dict):
            problems.append(Problem("a suppression should have a rule and a reason", place))
        elif rule not in known:
            problems.append(
                Problem(f"'{rule}' is not an audit rule", place, did_you_mean(rule, known))
            )
        elif not reason:
            problems.append(Problem(f"the suppression of '{rule}' gives no reason", place))
        else:
            found.append(Suppression(rule, texts.get("where", ""), reason))
    if problems:
        raise ModelError(problems)
    return found


def as_html(found: Audit) -> str:
    """The audit as one self-contained HTML page."""
    count = len(found.findings)
    parts = [
        sentence(
            f"{count} finding{'' if count == 1 else 's'}, {len(found.suppressed)} suppressed, "
            f"by {found.rules} rules."
        )
    ]
    if found.findings:
        rows = [(f.severity, f.where, f"{f.title}: {f.what}", f.why) for f in found.findings]
        heads = ("Severity", "Where", "What", "Why it matters")
        parts.append(table(heads, rows, classes=[f.severity for f in found.findings]))
    if found.suppressed:
        quiet = [(f.rule, f.where, f.what, reason) for f, reason in found.suppressed]
        parts += [heading("Suppressed"), table(("Rule", "Where", "What", "Reason"), quiet)]
    return page(f"Audit of {found.path.name}", parts)
