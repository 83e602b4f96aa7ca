"""The audit: every rule over a workbook, less what is suppressed with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from modelgen.problem import ModelError, Problem, did_you_mean
from modelgen.review.facts import read_facts
from modelgen.review.rules import RULES, SEVERITIES
from modelgen.spec.yaml_text import read_yaml


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that breaks a rule."""

    rule: str
    severity: str
    title: str
    where: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """A rule that is not reported at a place (everywhere, where `where` is empty), and why not."""

    rule: str
    where: str
    reason: str


@dataclass(frozen=True)
class Audit:
    """The findings of a workbook, the gravest first, and what was suppressed."""

    path: Path
    findings: tuple[Finding, ...]
    suppressed: tuple[tuple[Finding, str], ...]

    def at_least(self, severity: str) -> list[Finding]:
        """The findings of a severity or graver."""
        return [f for f in self.findings if _rank(f.severity) >= _rank(severity)]


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity)


def audit(path: Path, suppressions: Sequence[Suppression] = ()) -> Audit:
    """Audits any .xlsx. Raises ModelError when it cannot be read."""
    facts = read_facts(path)
    findings: list[Finding] = []
    suppressed: list[tuple[Finding, str]] = []
    for rule in RULES:
        for where, what in rule.find(facts):
            finding = Finding(rule.id, rule.severity, rule.title, where, what, rule.why)
            reasons = [
                s.reason for s in suppressions if s.rule == rule.id and s.where in ("", where)
            ]
            if reasons:
                suppressed.append((finding, reasons[0]))
            else:
                findings.append(finding)
    findings.sort(key=lambda f: -_rank(f.severity))
    return Audit(path, tuple(findings), tuple(suppressed))


def read_suppressions(path: Path) -> list[Suppression]:
    """The suppressions of a YAML file: a list `suppress` of rule, where (optional) and reason.

    Raises ModelError: an unknown rule, a suppression without a reason.
    """
    document = read_yaml(path)
    problems: list[Problem] = []
    found: list[Suppression] = []
    known = [rule.id for rule in RULES]
    items = document.plain.get("suppress", [])
    for index, item in enumerate(items if isinstance(items, list) else []):
        place = document.place(("suppress", index))
        texts = (
            {k: v for k, v in item.items() if isinstance(v, str)} if isinstance(item, dict) else {}
        )
        rule, reason = texts.get("rule", ""), texts.get("reason", "")
        if rule not in known:
            problems.append(
                Problem(f"'{rule}' is not a rule of the audit", place, did_you_mean(rule, known))
            )
        elif not reason:
            problems.append(Problem(f"the suppression of '{rule}' gives no reason", place))
        else:
            found.append(Suppression(rule, texts.get("where", ""), reason))
    if problems:
        raise ModelError(problems)
    return found


def as_html(found: Audit) -> str:
    """One self-contained page."""
    rows = "".join(
        f"<tr class={f.severity}><td>{f.severity}<td>{escape(f.where)}<td>{escape(f.title)}: {escape(f.what)}"
        f"<td>{escape(f.why)}"
        for f in found.findings
    )
    quiet = "".join(
        f"<tr><td>{escape(f.rule)}<td>{escape(f.where)}<td>{escape(f.what)}<td>{escape(reason)}"
        for f, reason in found.suppressed
    )
    count = len(found.findings)
    summary = f"{count} finding{'' if count == 1 else 's'}, {len(found.suppressed)} suppressed"
    page = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        f"<title>Audit of {escape(found.path.name)}</title><style>{_STYLE}</style>",
        f"<h1>Audit of {escape(found.path.name)}</h1><p>{summary}, by {len(RULES)} rules.",
    ]
    if rows:
        page.append(f"<table><tr><th>Severity<th>Where<th>What<th>Why it matters{rows}</table>")
    if quiet:
        page.append("<h2>Suppressed</h2><table><tr><th>Rule<th>Where<th>What<th>Reason")
        page.append(f"{quiet}</table>")
    return "".join([*page, "</html>\n"])


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;color:#222}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #ddd;vertical-align:top}th{border-bottom:2px solid #1f3864}"
    ".high td:first-child{color:#c00000;font-weight:bold}.medium td:first-child{color:#b35c00}"
)
