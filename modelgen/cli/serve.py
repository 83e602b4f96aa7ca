"""The command serve: the page of a deal or a workbook, on this machine alone."""

import contextlib
from typing import Any

import click

from modelgen.cli.options import overlays_option, page_options, scenario_option, set_options
from modelgen.cli.show import DONE

LAST_PORT = 65535


@click.command("serve", short_help="Serve the page of a deal or a workbook on this machine.")
@click.argument("what", metavar="DEAL|FILE.xlsx")
@click.option(
    "--port",
    type=click.IntRange(0, LAST_PORT),
    default=0,
    help="The port; default: one that is free.",
)
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@page_options
@scenario_option
@set_options
@overlays_option
def command(what: str, opened: bool, **options: Any) -> int:
    """Serve the page of a deal or a workbook on 127.0.0.1, until Ctrl+C. Its address holds a token, and no
    other site may ask. What is changed on the page can be saved beside the file, as an overlay for build
    --with.
    """
    from modelgen.api.pages import serve

    served = serve(what, **options)
    for words in served.left:
        print(words)
    print(f"{served.server.address}  (Ctrl+C ends it)", flush=True)
    if opened:
        import webbrowser

        webbrowser.open(served.server.address)
    with served.server as server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return DONE
