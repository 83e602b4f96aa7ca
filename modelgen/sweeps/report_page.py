"""Writes the HTML page of a sweep: what varied, event probabilities, results, and a fan chart for each
row.
"""

import importlib
import io
import re
from datetime import date
from typing import Any

from modelgen.html_page import heading, page, sentence, table
from modelgen.problem import needs_extra
from modelgen.sweeps.run import Output, Sweep
from modelgen.sweeps.sample import Sample
from modelgen.sweeps.words import about, heads, point_heads, point_rows, recheck_text, result_rows

_SHADES = ("#c9d5ec", "#8fa8d6")
_LINE, _BASE = "#1f3864", "#b35c00"


def as_html(sweep: Sweep, sample: Sample | None) -> str:
    """The page as self-contained HTML. Raises EngineError if the plotting library is missing."""
    parts = [sentence(text) for text in about(sweep)]
    if sample is not None:
        parts.append(sentence(recheck_text(sample)))
    if sweep.chances:
        rows = [(c.label, f"{c.probability:.2%}", "yes" if c.base else "no") for c in sweep.chances]
        parts += [
            heading("Events"),
            table(
                ("Event, in at least one period", "Share of scenarios", "Base"), rows, right=(1,)
            ),
        ]
    points = point_rows(sweep)
    if points:
        columns = point_heads(sweep)
        parts += [heading("Points"), table(columns, points, right=range(len(columns)))]
    columns = ("Line", "Unit", *heads())
    parts += [
        heading("Results"),
        table(columns, result_rows(sweep), right=range(2, len(columns))),
    ]
    for output in sweep.outputs:
        if output.periods:
            parts += [heading(output.label), _fan(output)]
    return page(f"{sweep.job.model.company}: {sweep.scenarios:,} scenarios", parts)


def _fan(output: Output) -> str:
    """The fan chart of a row as SVG: bands between quantiles, the median, and the base."""
    try:
        figures: Any = importlib.import_module("matplotlib.figure")
        dates: Any = importlib.import_module("matplotlib.dates")
        settings: Any = importlib.import_module("matplotlib")
    except ImportError:
        raise needs_extra("a chart on the page", "matplotlib", "sweep") from None
    days = [date.fromisoformat(period) for period in output.periods]
    percent = "%" in output.unit.format
    scale = 100 if percent else 1
    low, lower, middle, upper, high = (row * scale for row in output.quantiles)
    with settings.rc_context({"svg.hashsalt": output.id, "svg.fonttype": "none"}):
        figure = figures.Figure(figsize=(9, 3.6), layout="constrained")
        axes = figure.subplots()
        axes.fill_between(days, low, high, color=_SHADES[0], linewidth=0, label="5% to 95%")
        axes.fill_between(days, lower, upper, color=_SHADES[1], linewidth=0, label="25% to 75%")
        axes.plot(days, middle, color=_LINE, label="Median")
        axes.plot(days, output.base * scale, color=_BASE, linestyle="--", label="Base")
        axes.set_ylabel("percent" if percent else output.unit.label)
        axes.yaxis.set_major_formatter("{x:,.1f}" if percent else "{x:,.0f}")
        axes.xaxis.set_major_formatter(dates.DateFormatter("%b %y"))
        axes.axhline(0, color="#888888", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(x=0)
        axes.legend(frameon=False, fontsize=8)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    text = drawn.getvalue()
    # The ids of all pictures on a page must differ.
    mark = re.sub(r"\W", "_", output.id)
    return re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{mark}_", text[text.index("<svg") :])
