"""The add-ins there are, and how each is installed; writing them to a folder or to a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgen.addin import extension, pane
from modelgen.files import written_whole
from modelgen.problem import fail


@dataclass(frozen=True, slots=True)
class AddIn:
    """An add-in for one program. `files` gives its files by their path in the folder, for the address from
    which they are served; `suffix` is that of the file where it is a single one, which may then be written
    under any name, and empty for a folder; `install` says how it is installed, with FILE for where it stands
    and HOST for the address.
    """

    program: str
    title: str
    files: Callable[[str], Mapping[str, bytes]]
    suffix: str
    install: str


@dataclass(frozen=True, slots=True)
class WrittenAddIn:
    """An add-in that was written: the program it is for, its files, and how to install it."""

    program: str
    title: str
    files: tuple[Path, ...]
    install: str


ADDINS: Mapping[str, AddIn] = {
    "libreoffice": AddIn(
        "libreoffice",
        "LibreOffice",
        lambda _: {extension.FILE: extension.extension()},
        ".oxt",
        "unopkg add --force FILE, or Tools > Extensions > Add; then start LibreOffice again",
    ),
    "excel": AddIn(
        "excel",
        "Excel",
        pane.files,
        "",
        "serve the folder at HOST over https, then give Excel FILE: on Windows, from a shared folder in the "
        "catalog of trusted add-ins; on a Mac, from "
        "~/Library/Containers/com.microsoft.Excel/Data/Documents/wef; on the web, by Add-ins > "
        "More Add-ins > Upload My Add-in (docs/excel.md)",
    ),
}


def write(target: Path, programs: Sequence[str] = (), host: str = pane.HOST) -> list[WrittenAddIn]:
    """Writes add-ins, those for some programs or all there are, into a folder, or a single one as the
    file that `target` names by its suffix. One of several files stands in a folder of its own, unless it is
    the only one asked for; `host` is the address from which it will be served. Raises ModelError.

    >>> [one.files[0].name for one in write(folder / "addins")]
    ['modelgen.oxt', 'manifest.xml']
    """
    chosen = [ADDINS[name] for name in programs or ADDINS]
    suffix = target.suffix.lower()
    single = [one for one in ADDINS.values() if suffix and one.suffix == suffix]
    if single and programs and chosen != single:
        raise fail(
            f"{target} can hold the add-in for {single[0].title} alone",
            hint="name a folder with -o",
        )
    if target.is_file() and not single:
        raise fail(f"{target} is a file", hint="name a folder, or a file that ends in .oxt")
    out = []
    for one in single or chosen:
        written = []
        folder = target if one.suffix or len(chosen) == 1 else target / one.program
        for name, content in one.files(host).items():
            path = target if single else folder / name
            with written_whole(path) as temporary:
                temporary.write_bytes(content)
            written.append(path)
        install = one.install.replace("FILE", str(written[0])).replace("HOST", host)
        out.append(WrittenAddIn(one.program, one.title, tuple(written), install))
    return out
