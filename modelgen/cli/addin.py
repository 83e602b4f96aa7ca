"""The command addin: writes the add-ins that answer beside the cell."""

from dataclasses import asdict
from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, show_json

FOLDER = Path("generated") / "addin"


@click.command("addin", short_help="Write the add-ins for spreadsheets.")
@click.option(
    "--libreoffice",
    "programs",
    flag_value="libreoffice",
    multiple=True,
    help="Only that for LibreOffice.",
)
@click.option(
    "--excel",
    "programs",
    flag_value="excel",
    multiple=True,
    help="Only that for Excel, a folder to host.",
)
@click.option(
    "--host",
    metavar="URL",
    show_default="https://localhost:3000",
    help="Address from which the folder for Excel will be served.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=PATH,
    metavar="FOLDER|FILE",
    default=FOLDER,
    show_default=True,
    help="Folder to write to, or the add-in's own file (.oxt).",
)
@as_json_option
def command(programs: tuple[str, ...], host: str | None, target: Path, as_json: bool) -> int:
    """Write the add-ins that answer beside the cell of a workbook that modelgen built: where a number
    comes from, what fails, what moves it. Without an option, all there are.
    """
    from modelgen.api.addins import addins

    written = addins(target, programs, host)
    if as_json:
        found = [asdict(one) for one in written]
        show_json({"addins": [{**one, "files": [str(f) for f in one["files"]]} for one in found]})
        return DONE
    for one in written:
        where = (
            one.files
            if len(one.files) == 1
            else (f"{one.files[0].parent} ({len(one.files)} files)",)
        )
        print(f"{one.title}: {', '.join(map(str, where))}")
        print(f"  to install: {one.install}")
    return DONE
