"""Options that several commands share, and how their values are parsed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from modelgen.text.printed import BadValueError
from modelgen.text.setting import Setting
from modelgen.workbook.engines import DEFAULT

PATH = click.Path(path_type=Path)
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class EngineName(click.ParamType[str]):
    """A click type for the name of an engine, one that ships or that another package adds."""

    name = "engine"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """The placeholder that help shows."""
        return "ENGINE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if there is such an engine; otherwise a usage error."""
        from modelgen.workbook.engines import names

        if value not in names():
            self.fail(f"{value!r} is not one of {', '.join(names())}", param, ctx)
        return value


def settings_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[Setting, ...]:
    """The settings from texts ID=VALUE or ID@PERIOD=VALUE."""
    try:
        return tuple(Setting.parse(text) for text in given)
    except BadValueError as error:
        raise click.BadParameter(str(error)) from None


def specs_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """What varies, from texts ID=SPEC, by the input's id."""
    found = {}
    for text in given:
        id_, equals, spec = text.partition("=")
        if not equals or not id_.strip() or not spec.strip():
            raise click.BadParameter(f"'{text}' is not ID=SPEC, such as growth=0%:4%:1%")
        found[id_.strip()] = spec.strip()
    return found


def ids_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """The ids in comma-separated lists."""
    return tuple(id_.strip() for text in given for id_ in text.split(",") if id_.strip())


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print only JSON on stdout.")
force_option = click.option(
    "--force", is_flag=True, help="Accept values out of their input's range, and report them."
)
overlays_option = click.option(
    "--with",
    "overlays",
    multiple=True,
    type=PATH,
    metavar="OVERLAY.yaml",
    help="Apply a file of assumptions over the deal's. Repeatable.",
)
scenario_option = click.option(
    "--scenario", metavar="NAME", help="Select one of the deal's scenarios."
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Number of processes; default: all cores for large work.",
)
scheduler_option = click.option(
    "--scheduler",
    metavar="[ADDRESS]",
    is_flag=False,
    flag_value="local",
    help="Spread the work with Dask: give a scheduler's address, or none to start a local cluster.",
)
engine_option = click.option(
    "--engine",
    type=EngineName(),
    default=DEFAULT,
    show_default=True,
    help="Engine that recalculates: formulas, ironcalc, libreoffice, or one that a package adds.",
)
file_argument = click.argument("file", type=PATH)


def set_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options --set and --force, which belong together."""
    option = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="ID=VALUE",
        callback=settings_of,
        help="Set an input; ID@2007-03=VALUE sets one period of a row of inputs. Repeatable.",
    )
    return option(force_option(command))


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options --source and --deal, which say what stands beside a page's sheets."""
    source = click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="[ID=]FILE",
        help="The document of a source, by default of the first. Repeatable.",
    )
    deal = click.option(
        "--deal",
        metavar="DEAL",
        help="The deal of a workbook; default: the one it names, if its text is unchanged.",
    )
    return source(deal(command))
