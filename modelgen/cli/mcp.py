"""The command mcp: modelgen's commands as tools for programs, by the Model Context Protocol."""

from pathlib import Path

import click

from modelgen.cli.options import PATH


@click.command("mcp", short_help="Serve the commands as tools of the Model Context Protocol.")
@click.argument("folder", type=PATH, default=Path())
def command(folder: Path) -> None:
    """Serve the commands as tools to a program that speaks the Model Context Protocol, on stdin and stdout
    until it closes them. Tools read and write within FOLDER (default: this one) only. Needs the extra
    mcp.
    """
    from modelgen.problem import EngineError, fail

    if not folder.is_dir():
        raise fail(f"there is no folder {folder}")
    try:
        from modelgen.mcp.server import server_of
    except ImportError:
        raise EngineError(
            "the command mcp needs the library mcp: pip install 'modelgen-finance[mcp]'"
        ) from None
    server_of(folder).run("stdio")
