"""The commands on deals: each imports what it uses when it is called, so that a command starts at once."""

from datetime import datetime
from pathlib import Path

import click

from modelgen.cli.options import (
    ENGINES,
    PATH,
    as_json_option,
    engine_option,
    ids_of,
    scheduler_option,
    set_option,
    settings_of,
    with_option,
    workers_option,
)


@click.command("list")
@as_json_option
def list_(as_json: bool) -> None:
    """List the deals and templates that ship."""
    from modelgen.cli.commands import list_shipped

    list_shipped(as_json)


@click.command()
@click.argument("deal")
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Where to write; default generated/DEAL.xlsx.",
)
@click.option("--scenario", metavar="NAME", help="Select one of the deal's scenarios.")
@set_option
@with_option
@as_json_option
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


@click.command(short_help="Every cell, evaluator against engines.")
@click.argument("deal")
@click.option(
    "--engine",
    "engines",
    type=click.Choice(ENGINES),
    multiple=True,
    help="Verify by this engine alone; default all at hand. Repeatable.",
)
@set_option
@as_json_option
def verify(deal: str, engines: tuple[str, ...], settings: dict[str, str], as_json: bool) -> int:
    """Compare every cell of a deal's workbook, evaluator against engines; exit 1 if some differ."""
    from modelgen.cli.commands import verify_deal

    return verify_deal(deal, engines, settings, as_json)


@click.command(short_help="Every numeral of a source accounted for.")
@click.argument("deal")
@click.option(
    "--source",
    "path",
    type=PATH,
    required=True,
    metavar="FILE",
    help="The text of the source.",
)
@click.option(
    "--name", metavar="SOURCE", help="Which of the deal's sources it is; default the first."
)
@as_json_option
def coverage(deal: str, path: Path, name: str | None, as_json: bool) -> int:
    """Account for every numeral that a source prints; exit 1 if some are left over."""
    from modelgen.cli.commands import cover_source

    return cover_source(deal, path, name, as_json)


@click.command("roll", short_help="The next quarter's deal, the forecast compared.")
@click.argument("deal")
@click.option("--to", required=True, metavar="QUARTER", help="The quarter reported, as 2006q2.")
@click.option(
    "--figures",
    type=PATH,
    required=True,
    metavar="FILE.csv",
    help="Its figures, in the columns of a deal's figures.csv; role 'assumed' where no source gives one.",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
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
@as_json_option
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


@click.command("sweep", short_help="Many scenarios: quantiles, chances, fan charts.")
@click.argument("deal")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="ID=SPEC",
    callback=settings_of,
    help="What varies: a list 'ID=0%, 1%', a range 'ID=0%:4%:1%', or a law: normal, uniform, triangular, "
    "vasicek. Repeatable.",
)
@click.option(
    "--paths",
    type=click.IntRange(1, 10**7),
    help="How many scenarios are drawn; default 1000.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the draws."
)
@click.option(
    "--correlate",
    multiple=True,
    metavar="ID,ID=NUMBER",
    help="Correlation of two inputs that are drawn. Repeatable.",
)
@click.option(
    "--outputs",
    multiple=True,
    metavar="ID,...",
    callback=ids_of,
    help="The lines to report; default those that the deal names.",
)
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="FORMULA",
    help="A condition whose chance is asked, as 'liquidity < 1000', in place of the deal's own. Repeatable.",
)
@set_option
@with_option
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Write each scenario's inputs and outputs, as .parquet or .csv.",
)
@click.option("--html", type=PATH, metavar="FILE", help="Write a page with fan charts.")
@click.option(
    "--xlsx",
    "book",
    type=PATH,
    metavar="FILE",
    help="Write a workbook with fan charts.",
)
@click.option(
    "--check",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="How many scenarios the engines do over through the workbook.",
)
@workers_option
@scheduler_option
@as_json_option
def sweep_(
    deal: str,
    vary: dict[str, str],
    paths: int | None,
    seed: int,
    correlate: tuple[str, ...],
    outputs: tuple[str, ...],
    events: tuple[str, ...],
    settings: dict[str, str],
    overlays: tuple[Path, ...],
    output: Path | None,
    html: Path | None,
    book: Path | None,
    check: int,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
) -> int:
    """Compute a deal under many scenarios at once: a grid of lists, or draws from distributions and
    a mean-reverting short rate. Exit 1 where the engines do not agree with a sample of them.
    """
    from modelgen.cli.sweep import sweep_deal

    return sweep_deal(
        deal,
        vary,
        settings,
        overlays,
        paths,
        seed,
        outputs,
        events,
        correlate,
        output,
        html,
        book,
        check,
        workers,
        scheduler,
        as_json,
    )


@click.command("batch", short_help="Build, recalculate and check many deals.")
@click.argument("deals", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "folder",
    type=PATH,
    metavar="FOLDER",
    default=Path("generated"),
    show_default=True,
    help="Where to write the workbooks.",
)
@engine_option
@workers_option
@scheduler_option
@as_json_option
def batch_(
    deals: tuple[str, ...],
    folder: Path,
    engine: str,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
) -> int:
    """Build, recalculate and check many deals, side by side. A deal that fails is reported and does not
    stop the others. Exit 1 where one fails or does not hold.
    """
    from modelgen.cli.batch import batch_deals

    return batch_deals(deals, folder, engine, workers, scheduler, as_json)
