"""The command roll: writes the next quarter's deal and says what is in it."""

from datetime import date, datetime
from pathlib import Path

from modelgen.cli.show import show_json

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
    from modelgen.evaluate.study import completed
    from modelgen.model.build import build_model
    from modelgen.roundtrip.roll import quarter_end, roll
    from modelgen.spec.figures import read_figures
    from modelgen.spec.load import load

    day: date | None = published.date() if published else None
    rolled = roll(load(deal), quarter_end(to), read_figures(figures), output, source, day, title)
    model, evaluation = completed(build_model(load(str(rolled.folder))))
    untied = [f for f in model.figures if evaluation.cell(f"{f.id}.holds", None) != 1]
    integrity = [id_ for id_ in model.checks if model.items[id_].check == "integrity"]  # type: ignore[union-attr]
    failing = [id_ for id_ in integrity if evaluation.cell(f"check.{id_}.holds", None) != 1]
    if as_json:
        show_json(
            {
                "deal": rolled.name,
                "folder": str(rolled.folder),
                "quarter": rolled.quarter.isoformat(),
                "figures": rolled.figures,
                "assumed": rolled.assumed,
                "forecast": list(rolled.forecast),
                "untied": [f.id for f in untied],
                "failing": failing,
                "ok": not (untied or failing),
            }
        )
        return DONE
    rows = [
        ("Deal", f"{rolled.name}, in {rolled.folder}"),
        ("Last actual quarter", rolled.quarter.isoformat()),
        ("Figures added", str(rolled.figures)),
        ("Values assumed", str(rolled.assumed)),
        ("Left as forecast", ", ".join(rolled.forecast) or "none"),
        ("Figures tied", f"{len(model.figures) - len(untied)} of {len(model.figures)}"),
        ("Checks that hold", f"{len(integrity) - len(failing)} of {len(integrity)}"),
    ]
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:<{width}}  {value}" for name, value in rows))
    for figure in untied:
        print(f"  does not tie: {figure.line}, {figure.source} {figure.source_line}")
    for id_ in failing:
        print(f"  fails: {id_}, {model.items[id_].label}")
    print(f"\nBuild it: modelgen build {rolled.folder}")
    return DONE
