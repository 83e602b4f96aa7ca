"""The commands on workbooks: each imports what it uses when it is called."""

from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option, engine_option, file_argument, set_option


@click.command()
@file_argument
@set_option
@click.option(
    "--get",
    "wanted",
    multiple=True,
    metavar="ID",
    help="Report this input or line alone. Repeatable.",
)
@engine_option
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Write a copy with these inputs and the recalculated values.",
)
@as_json_option
def recalc(
    file: Path,
    settings: dict[str, str],
    wanted: tuple[str, ...],
    engine: str,
    output: Path | None,
    as_json: bool,
) -> int:
    """Recalculate a workbook as it stands, without its text."""
    from modelgen.cli.commands import recalc_file

    return recalc_file(file, settings, wanted, engine, output, as_json)


@click.command(short_help="Tie-outs and checks of a workbook.")
@file_argument
@set_option
@engine_option
@click.option("--strict", is_flag=True, help="Let an alert fail the check too.")
@as_json_option
def check(file: Path, settings: dict[str, str], engine: str, strict: bool, as_json: bool) -> int:
    """Recalculate a workbook and report its tie-outs and checks; exit 1 if some fail."""
    from modelgen.cli.commands import check_file

    return check_file(file, settings, engine, strict, as_json)


@click.command("audit", short_help="The workbook standard, rule by rule; any .xlsx.")
@file_argument
@click.option(
    "--fail-on",
    type=click.Choice(("low", "medium", "high", "none")),
    default="medium",
    show_default=True,
    help="Exit with 1 from this severity on.",
)
@click.option(
    "--suppress",
    "suppressions",
    type=PATH,
    metavar="FILE.yaml",
    help="Findings not to report, each with its reason.",
)
@click.option("--html", type=PATH, metavar="FILE", help="Write a page that shows them.")
@as_json_option
def audit_(
    file: Path, fail_on: str, suppressions: Path | None, html: Path | None, as_json: bool
) -> int:
    """Audit any .xlsx by the workbook standard and what model auditors look for."""
    from modelgen.cli.commands import audit_file

    return audit_file(file, fail_on, suppressions, html, as_json)


@click.command("trace", short_help="Where a number comes from, down to the source's line.")
@file_argument
@click.argument("what", metavar="ID|Sheet!A1")
@click.option(
    "--period", metavar="PERIOD", help="Of a row: its month or last day; default the last."
)
@click.option("--dependents", is_flag=True, help="What is computed from it, instead.")
@click.option("--depth", type=click.IntRange(min=1), help="How many steps to show; default all.")
@set_option
@engine_option
@as_json_option
def trace_(
    file: Path,
    what: str,
    period: str | None,
    dependents: bool,
    depth: int | None,
    settings: dict[str, str],
    engine: str,
    as_json: bool,
) -> int:
    """Show the tree of a number: each formula in names, its value, and at the leaves why and whence."""
    from modelgen.cli.trace import trace_cell

    return trace_cell(file, what, period, dependents, depth, settings, engine, as_json)


@click.command("pull", short_help="What an analyst changed in a workbook, as an overlay.")
@file_argument
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="OVERLAY.yaml",
    help="Where to write the overlay.",
)
@click.option(
    "--deal", metavar="DEAL", help="The deal it was built from; default the one it names."
)
@engine_option
@as_json_option
def pull_(file: Path, output: Path | None, deal: str | None, engine: str, as_json: bool) -> int:
    """Read an edited workbook back: inputs that changed, contents that cannot be taken, formulas
    that were overwritten. Exit 1 where something cannot be taken.
    """
    from modelgen.cli.pull import pull_file

    return pull_file(file, output, deal, engine, as_json)


@click.command("diff", short_help="What differs between two workbooks, and what moved it.")
@click.argument("first", type=PATH)
@click.argument("second", type=PATH)
@click.option("--html", type=PATH, metavar="FILE", help="Write a page that shows it.")
@engine_option
@as_json_option
def diff_(first: Path, second: Path, html: Path | None, engine: str, as_json: bool) -> int:
    """Compare two workbooks: inputs, formulas, lines and checks that differ, the largest effect first,
    and which changed input moved what. Exit 1 where they differ.
    """
    from modelgen.cli.diff import diff_files

    return diff_files(first, second, html, engine, as_json)
