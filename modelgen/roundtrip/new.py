"""Writes the folder of a new deal from a few answers: a draft that builds at once, and says what it lacks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from modelgen.evaluate.study import Complete
from modelgen.files import folder_written_whole
from modelgen.model.deal_ids import declared_of, ids_of, words
from modelgen.model.plain import Input, Model
from modelgen.problem import ModelError, Problem, fail
from modelgen.review.build import solved
from modelgen.text.asked import Asked, asked
from modelgen.text.figures import NEEDED, OPTIONAL
from modelgen.text.folders import beside, shipped_folder
from modelgen.text.json_schema import EDITOR_LINE, schema_of
from modelgen.text.kinds import ID
from modelgen.text.load import DealText, load

SCHEMA, FIGURES, SOURCE = "schema.json", "figures.csv", "report"
_OPEN = "values:\n"


@dataclass(frozen=True)
class Answers:
    """What a person says of a new deal. `members` are kinds of members with ids and labels: what the modules
    ask for (`loan`), or sets; `uses` are modules beyond those that follow from them.
    """

    company: str
    as_of: date
    currency: str = "USD thousand"
    step: str = "quarter"
    year_end: str = "12-31"
    first: str = ""
    last: str = ""
    uses: Sequence[str] = ()
    members: Sequence[tuple[str, str, str]] = ()

    @property
    def calendar(self) -> dict[str, str]:
        """The calendar; by default from the fiscal year before the deal's date, for six years."""
        first = self.first or f"FY{self.as_of.year - 1}"
        last = self.last or f"FY{self.as_of.year + 4}"
        return {
            "step": self.step,
            "ends": self.year_end,
            "first": _of_step(first, self.step, at_end=False),
            "last": _of_step(last, self.step, at_end=True),
        }


@dataclass(frozen=True)
class New:
    """A new deal: its folder, the inputs and leaves that have no value yet, and its values."""

    folder: Path
    missing: tuple[str, ...]
    evaluation: Complete
    modules: tuple[str, ...] = field(default_factory=tuple)


def new(folder: Path, answers: Answers) -> New:
    """Writes the folder of a new deal. Raises ModelError, and then leaves no folder."""
    if folder.exists():
        raise fail(f"{folder} already exists: new writes a new folder", hint="choose another name")
    known = asked([beside(folder), shipped_folder()])
    with folder_written_whole(folder) as temporary:
        head = _deal(folder.resolve().name, answers, known)
        (temporary / "deal.yaml").write_text(head, encoding="utf-8")
        columns = [*NEEDED, *OPTIONAL]
        (temporary / FIGURES).write_text(",".join(columns) + "\n", encoding="utf-8")
        try:
            text = load(str(temporary))
            evaluation = solved(text)
            _complete(temporary, head, text, evaluation.model, columns)
            schema = schema_of(ids_of(text))
        except ModelError as error:
            raise _without_folder(error, temporary, folder) from None
        written = json.dumps(schema, indent=2, ensure_ascii=False)
        (temporary / SCHEMA).write_text(written + "\n", encoding="utf-8")
        load(str(temporary))  # what was added in comments must leave it a deal that can be read
    missing = sorted(i.leaf_of or i.id for i in evaluation.model.inputs() if i.missing)
    return New(folder, tuple(missing), evaluation, text.modules)


def _of_step(period: str, step: str, *, at_end: bool) -> str:
    """A fiscal year as its first or last period of a step: FY2025 by quarters begins with Q1 FY2025."""
    if step == "year" or not period.upper().startswith("FY"):
        return period
    return f"{'Q4' if at_end else 'Q1'} {period}" if step == "quarter" else period


def _deal(name: str, answers: Answers, known: Asked) -> str:
    """The text of deal.yaml, up to its values."""
    sets: dict[str, dict[str, object]] = {}
    uses = [*known.always, *answers.uses]
    for kind, id_, label in answers.members:
        if not ID.match(id_):
            raise fail(f"'{id_}' is not an id: use lower-case letters, digits and _")
        of = known.kinds.get(kind)
        if of is None and not answers.uses:
            of = known.kind(kind)
        member: object = {"label": label, **of.attributes} if of and of.attributes else label
        members = sets.setdefault(of.set if of else kind, {})
        if id_ in members:
            raise fail(f"'{id_}' is given twice")
        members[id_] = member
        uses += [of.module] if of else []
        for other, needed in of.also.items() if of else ():
            if isinstance(needed, dict):
                sets.setdefault(other, {}).update(needed)
    content: dict[str, object] = {
        "name": name,
        "company": answers.company,
        "title": f"As of {answers.as_of:%B} {answers.as_of.day}, {answers.as_of.year}",
        "as_of": answers.as_of.isoformat(),
        "draft": True,
        "uses": list(dict.fromkeys(uses)),
        "currency": answers.currency,
        "calendar": answers.calendar,
        "sources": {
            SOURCE: {
                "title": "Report",
                "date": answers.as_of.isoformat(),
                "publisher": answers.company,
            }
        },
        "figures": FIGURES,
        **({"sets": sets} if sets else {}),
    }
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    for key in ("as_of", "date"):
        text = text.replace(
            f"{key}: '{answers.as_of.isoformat()}'", f"{key}: {answers.as_of.isoformat()}"
        )
    about = "# A draft: zero stands for each missing value, and the workbook says so until all are given.\n"
    return f"{EDITOR_LINE}{SCHEMA}\n{about}{text}"


def _complete(
    folder: Path, head: str, text: DealText, model: Model, columns: Sequence[str]
) -> None:
    """Adds what is missing as comments: a line for each input, under its heading, with unit and range; a row
    for each leaf and actual period.
    """
    about = {declared.id: declared for declared in declared_of(text)}
    by_heading: dict[str, list[str]] = {}
    rows: list[str] = []
    for item in model.inputs():
        if not item.missing:
            continue
        id_ = item.leaf_of or item.id
        declared = about[id_]
        if item.leaf_of is not None:
            rows += _rows(item, model, columns)
            continue
        section = text.document.sections[int(declared.path[1])]
        heading = section.heading or section.sheet
        form = "[...]" if item.timeline else "..."
        line = f"  # {id_}: {form}  # {words(declared)}"
        by_heading.setdefault(heading, []).append(" ".join(line.split("\n")))
    lines = [
        line
        for heading, found in by_heading.items()
        for line in (f"  # {heading}", *found)
    ]  # fmt: skip
    if lines:
        body = head + _OPEN + "\n".join(lines) + "\n"
        (folder / "deal.yaml").write_text(body, encoding="utf-8")
    if rows:
        about_rows = "# Take away the # and write what is printed and its line for each row.\n"
        table = ",".join(columns) + "\n" + about_rows + "\n".join(rows) + "\n"
        (folder / FIGURES).write_text(table, encoding="utf-8")


def _rows(item: Input, model: Model, columns: Sequence[str]) -> list[str]:
    """The rows of a leaf that a table of figures lacks, as comments."""
    timeline = model.timelines[item.timeline or ""]
    last = model.items.get(timeline.last_actual)
    until = last.values[0] if isinstance(last, Input) else float("inf")
    found = []
    for end in timeline.columns:
        if (end - date(1899, 12, 30)).days <= until:
            cells: Mapping[str, str] = {
                "line": item.leaf_of or "",
                "period": end.isoformat(),
                "at": f"{SOURCE}:",
            }
            found.append("# " + ",".join(cells.get(column, "") for column in columns))
    return found


def _without_folder(error: ModelError, temporary: Path, folder: Path) -> ModelError:
    """An error without the places of a folder that is not kept."""
    found = []
    for problem in error.problems:
        inside = problem.place is not None and Path(problem.place.file).is_relative_to(temporary)
        place = None if inside else problem.place
        found.append(
            Problem(problem.message.replace(str(temporary), str(folder)), place, problem.hint)
        )
    return ModelError(found)  # fmt: skip
