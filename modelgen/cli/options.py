"""Options that several commands take, and how their texts are read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from modelgen.text.printed import BadValueError
from modelgen.text.setting import Setting

PATH = click.Path(path_type=Path)
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class EngineName(click.ParamType[str]):
    """The name of an engine: of those that ship or that another package adds."""

    name = "engine"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """What help shows."""
        return "ENGINE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, where there is such an engine."""
        from modelgen.workbook.engines import names

        if value not in names():
            self.fail(f"{value!r} is not one of {', '.join(names())}", param, ctx)
        return value


def settings_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[Setting, ...]:
    """The settings that texts ID=VALUE say."""
    try:
        return tuple(Setting.parse(text) for text in given)
    except BadValueError as error:
        raise click.BadParameter(str(error)) from None


def specs_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """What varies, ID=SPEC, by its id."""
    found = {}
    for text in given:
        id_, equals, spec = text.partition("=")
        if not equals or not id_.strip() or not spec.strip():
            raise click.BadParameter(f"'{text}' is not ID=SPEC, as growth=0%:4%:1%")
        found[id_.strip()] = spec.strip()
    return found


def ids_of(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Ids from lists separated by commas."""
    return tuple(id_.strip() for text in given for id_ in text.split(",") if id_.strip())


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print only JSON on stdout.")
force_option = click.option(
    "--force", is_flag=True, help="Set values that are out of their input's range, and say so."
)
overlays_option = click.option(
    "--with",
    "overlays",
    multiple=True,
    type=PATH,
    metavar="OVERLAY.yaml",
    help="Lay a file of assumptions over the deal. Repeatable.",
)
scenario_option = click.option(
    "--scenario", metavar="NAME", help="Select one of the deal's scenarios."
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="How many processes; default: all cores where the work is large.",
)
scheduler_option = click.option(
    "--scheduler",
    metavar="[ADDRESS]",
    is_flag=False,
    flag_value="local",
    help="Spread the work with Dask: the scheduler at an address, or without one a cluster started here.",
)
engine_option = click.option(
    "--engine",
    type=EngineName(),
    default="formulas",
    show_default=True,
    help="The engine that recalculates: formulas, ironcalc, libreoffice, or one that a package adds.",
)
file_argument = click.argument("file", type=PATH)


def set_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--set and --force: they go together."""
    option = click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="ID=VALUE",
        callback=settings_of,
        help="Set an input; ID@2007-03=VALUE sets one period of a row of inputs. Repeatable.",
    )
    return option(force_option(command))
