"""The command page: a deal or a workbook as one HTML file that recalculates."""

from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import (
    PATH,
    as_json_option,
    overlays_option,
    page_options,
    scenario_option,
    set_options,
)
from modelgen.cli.show import DONE, FAILED, show_facts, show_json, show_verdict


@click.command("page", short_help="Write a page that recalculates, the source beside it.")
@click.argument("what", metavar="DEAL|FILE.xlsx")
@click.option(
    "-o",
    "--output",
    "target",
    type=PATH,
    metavar="PAGE.html",
    help="Where to write; default generated/DEAL.html.",
)
@page_options
@scenario_option
@set_options
@overlays_option
@as_json_option
def command(what: str, as_json: bool, target: Path | None, **options: Any) -> int:
    """Write one HTML file that holds a model and computes it in the browser, without a server or a network:
    the source on the left with each figure marked, the sheets on the right with inputs that can be changed.
    Of a workbook, the page has the inputs as they were changed there. Exit 1 if the model does not hold.
    """
    from modelgen.api.pages import page

    written = page(what, target, **options)
    code = DONE if written.verdict.ok else FAILED
    if as_json:
        show_json(
            {
                "page": str(written.path),
                "deal": written.deal,
                "bytes": written.size,
                "formulas": written.formulas,
                "documents": list(written.documents),
                "listed": list(written.listed),
                "left": list(written.left),
                "ok": written.verdict.ok,
                "verdict": written.verdict.as_json(),
            }
        )
        return code
    held = ", ".join(written.documents) or "none"
    listed = f"; figures and places only: {', '.join(written.listed)}" if written.listed else ""
    show_facts(
        [
            ("Page", str(written.path)),
            ("Size", f"{written.size / 2**20:.1f} MB"),
            ("Formulas", f"{written.formulas:,}"),
            ("Sources", f"with text: {held}{listed}"),
        ]
    )
    for words in written.left:
        print(words)
    show_verdict(written.verdict)
    return code
