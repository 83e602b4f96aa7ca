"""The command roll: writes the next quarter's deal and says what is in it."""

from datetime import date, datetime
from pathlib import Path

from modelgen.cli.show import show_facts, show_json

DONE = 0


def roll_deal(
    deal: str,
    to: str,
    figures: Path,
    output: Path | None,
    source: str | None,
    published: datetime | None,
    title: str | None,
    as_json: bool,
) -> int:
    """Rolls a deal to a quarter and prints what the new one holds, ties and checks included."""
    from modelgen.evaluate.holding import holding
    from modelgen.evaluate.study import with_studies
    from modelgen.model.build import build_model
    from modelgen.roundtrip.roll import quarter_end, roll
    from modelgen.text.figures import read_figures
    from modelgen.text.load import load

    day: date | None = published.date() if published else None
    rolled = roll(load(deal), quarter_end(to), read_figures(figures), output, source, day, title)
    model, evaluation = with_studies(build_model(load(str(rolled.folder))))
    found = holding(evaluation)
    tied, holds = len(model.figures) - len(found.untied), len(found.integrity) - len(found.failing)
    if as_json:
        show_json(
            {
                "deal": rolled.name,
                "folder": str(rolled.folder),
                "quarter": rolled.quarter.isoformat(),
                "figures": rolled.figures,
                "assumed": rolled.assumed,
                "forecast": list(rolled.forecast),
                "untied": [f.id for f in found.untied],
                "failing": list(found.failing),
                "ok": not (found.untied or found.failing),
            }
        )
        return DONE
    rows = [
        ("Deal", f"{rolled.name}, in {rolled.folder}"),
        ("Last actual quarter", rolled.quarter.isoformat()),
        ("Figures added", str(rolled.figures)),
        ("Values assumed", str(rolled.assumed)),
        ("Left as forecast", ", ".join(rolled.forecast) or "none"),
        ("Figures tied", f"{tied} of {len(model.figures)}"),
        ("Checks that hold", f"{holds} of {len(found.integrity)}"),
    ]
    show_facts(rows)
    for figure in found.untied:
        print(f"  does not tie: {figure.line}, {figure.source} {figure.source_line}")
    for id_ in found.failing:
        print(f"  fails: {id_}, {model.items[id_].label}")
    print(f"\nBuild it: modelgen build {rolled.folder}")
    return DONE
