"""The command `modelgen`. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine
or dependency is missing or failed.
"""

import gc
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from modelgen import __version__
from modelgen.problem import EngineError, ModelError

FAILED, BAD_INPUT, NO_ENGINE = 1, 2, 3
ENGINES = ("formulas", "ironcalc", "libreoffice")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="modelgen %(version)s")
def cli() -> None:
    """Financial models from text: build a live Excel workbook, recalculate it, and prove it.

    DEAL is the name of a deal that ships (see `modelgen list`) or the path of a folder that holds a
    deal.yaml. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine is missing or
    failed.
    """


def main() -> NoReturn:
    """The entry point: every expected failure is a sentence and an exit code, never a traceback."""
    # A command lives for a second or two: collecting cycles of what it still needs is lost time.
    gc.set_threshold(200_000)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        code = cli.main(standalone_mode=False)
    except ModelError as error:
        click.echo(error, err=True)
        count = len(error.problems)
        if count > 1:
            click.echo(f"{count} problems", err=True)
        sys.exit(BAD_INPUT)
    except EngineError as error:
        click.echo(error, err=True)
        sys.exit(NO_ENGINE)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def _settings(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    found = {}
    for text in given:
        id_, equals, value = text.partition("=")
        if not equals or not id_.strip() or not value.strip():
            raise click.BadParameter(f"'{text}' is not ID=VALUE (or ID@2007-03=VALUE)")
        found[id_.strip()] = value.strip()
    return found


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON alone on stdout.")
_set = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="ID=VALUE",
    callback=_settings,
    help="Set an input; ID@2007-03=VALUE sets one period of a row of inputs. Repeatable.",
)
_engine = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="formulas",
    show_default=True,
    help="The engine that recalculates.",
)
_file = click.argument("file", type=click.Path(path_type=Path))


@cli.command("list")
@_json
def list_(as_json: bool) -> None:
    """List the deals and templates that ship."""
    from modelgen.cli.commands import list_shipped

    list_shipped(as_json)


@cli.command()
@click.argument("deal")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write; default generated/DEAL.xlsx.",
)
@click.option("--scenario", metavar="NAME", help="Select one of the deal's scenarios.")
@_set
@click.option(
    "--with",
    "overlays",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="OVERLAY.yaml",
    help="Lay a file of assumptions over the deal. Repeatable.",
)
@_json
def build(
    deal: str,
    output: Path | None,
    scenario: str | None,
    settings: dict[str, str],
    overlays: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Build the workbook of a deal."""
    from modelgen.cli.commands import build_deal

    return build_deal(deal, output, scenario, settings, overlays, as_json)


@cli.command()
@_file
@_set
@click.option(
    "--get",
    "wanted",
    multiple=True,
    metavar="ID",
    help="Report this input or line alone. Repeatable.",
)
@_engine
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a copy with these inputs and the recalculated values.",
)
@_json
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


@cli.command(short_help="Tie-outs and checks of a workbook.")
@_file
@_set
@_engine
@click.option("--strict", is_flag=True, help="Let an alert fail the check too.")
@_json
def check(file: Path, settings: dict[str, str], engine: str, strict: bool, as_json: bool) -> int:
    """Recalculate a workbook and report its tie-outs and checks; exit 1 if some fail."""
    from modelgen.cli.commands import check_file

    return check_file(file, settings, engine, strict, as_json)


@cli.command(short_help="Every cell, evaluator against engines.")
@click.argument("deal")
@click.option(
    "--engine",
    "engines",
    type=click.Choice(ENGINES),
    multiple=True,
    help="Verify by this engine alone; default all at hand. Repeatable.",
)
@_set
@_json
def verify(deal: str, engines: tuple[str, ...], settings: dict[str, str], as_json: bool) -> int:
    """Compare every cell of a deal's workbook, evaluator against engines; exit 1 if some differ."""
    from modelgen.cli.commands import verify_deal

    return verify_deal(deal, engines, settings, as_json)


@cli.command(short_help="Every numeral of a source accounted for.")
@click.argument("deal")
@click.option(
    "--source",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The text of the source.",
)
@click.option(
    "--name", metavar="SOURCE", help="Which of the deal's sources it is; default the first."
)
@_json
def coverage(deal: str, path: Path, name: str | None, as_json: bool) -> int:
    """Account for every numeral that a source prints; exit 1 if some are left over."""
    from modelgen.cli.commands import cover_source

    return cover_source(deal, path, name, as_json)


@cli.command("audit", short_help="The workbook standard, rule by rule; any .xlsx.")
@_file
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
    type=click.Path(path_type=Path),
    metavar="FILE.yaml",
    help="Findings not to report, each with its reason.",
)
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page that shows them."
)
@_json
def audit_(
    file: Path, fail_on: str, suppressions: Path | None, html: Path | None, as_json: bool
) -> int:
    """Audit any .xlsx by the workbook standard and what model auditors look for."""
    from modelgen.cli.commands import audit_file

    return audit_file(file, fail_on, suppressions, html, as_json)


@cli.command("trace", short_help="Where a number comes from, down to the source's line.")
@_file
@click.argument("what", metavar="ID|Sheet!A1")
@click.option(
    "--period", metavar="PERIOD", help="Of a row: its month or last day; default the last."
)
@click.option("--dependents", is_flag=True, help="What is computed from it, instead.")
@click.option("--depth", type=click.IntRange(min=1), help="How many steps to show; default all.")
@_set
@_engine
@_json
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


@cli.command("pull", short_help="What an analyst changed in a workbook, as an overlay.")
@_file
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OVERLAY.yaml",
    help="Where to write the overlay.",
)
@click.option(
    "--deal", metavar="DEAL", help="The deal it was built from; default the one it names."
)
@_engine
@_json
def pull_(file: Path, output: Path | None, deal: str | None, engine: str, as_json: bool) -> int:
    """Read an edited workbook back: inputs that changed, contents that cannot be taken, formulas
    that were overwritten. Exit 1 where something cannot be taken.
    """
    from modelgen.cli.pull import pull_file

    return pull_file(file, output, deal, engine, as_json)


@cli.command("diff", short_help="What differs between two workbooks, and what moved it.")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page that shows it."
)
@_engine
@_json
def diff_(first: Path, second: Path, html: Path | None, engine: str, as_json: bool) -> int:
    """Compare two workbooks: inputs, formulas, lines and checks that differ, the largest effect first,
    and which changed input moved what. Exit 1 where they differ.
    """
    from modelgen.cli.diff import diff_files

    return diff_files(first, second, html, engine, as_json)


@cli.command("roll", short_help="The next quarter's deal, the forecast compared.")
@click.argument("deal")
@click.option("--to", required=True, metavar="QUARTER", help="The quarter reported, as 2006q2.")
@click.option(
    "--figures",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.csv",
    help="Its figures, in the columns of a deal's figures.csv; role 'assumed' where no source gives one.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The new deal's folder, which also names it; default the old name with the new quarter.",
)
@click.option("--source", metavar="TITLE", help="The title of the document the figures cite.")
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Its date, which is also the new deal's.",
)
@click.option("--title", help="The new deal's title; default 'Quarter to' its last day.")
@_json
def roll_(
    deal: str,
    to: str,
    figures: Path,
    output: Path | None,
    source: str | None,
    published: datetime | None,
    title: str | None,
    as_json: bool,
) -> int:
    """Write the next quarter's deal: the forecast quarter becomes actual with its figures, the rest
    moves on, and the workbook gets a sheet of what was forecast against what came.
    """
    from modelgen.cli.roll import roll_deal

    return roll_deal(deal, to, figures, output, source, published, title, as_json)
