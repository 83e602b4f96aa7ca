"""The add-ins there are, and how each is installed; writing them to a folder or to a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgen.addin import extension, pane
from modelgen.addin.places import IsOwn, must_be_folder, must_be_own_file, must_be_own_folder
from modelgen.files import written_whole
from modelgen.problem import fail


@dataclass(frozen=True, slots=True)
class AddIn:
    """An add-in for one program. `files` gives its files by their path in the folder, for the address from
    which they are served; `suffix` is that of the file where it is a single one, which may then be written
    under any name, and empty for a folder, which is served; `is_own` tells its first file from what others
    wrote; `install` says how it is installed, with FILE for where it stands and HOST for the address.
    """

    program: str
    title: str
    files: Callable[[str], Mapping[str, bytes]]
    suffix: str
    is_own: IsOwn
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
        extension.is_own,
        "unopkg add --force FILE, or Tools > Extensions > Add; then start LibreOffice again",
    ),
    "excel": AddIn(
        "excel",
        "Excel",
        pane.files,
        "",
        pane.is_own,
        "serve the folder at HOST over https, then give Excel FILE: on Windows, from a shared folder in the "
        "catalog of trusted add-ins; on a Mac, from "
        "~/Library/Containers/com.microsoft.Excel/Data/Documents/wef; on the web, by Add-ins > "
        "More Add-ins > Upload My Add-in (docs/excel.md)",
    ),
}


def write(
    target: Path, programs: Sequence[str] = (), host: str | None = None
) -> list[WrittenAddIn]:
    """Writes add-ins, those for some programs or all there are, into a folder, or a single one as the
    file that `target` names by its suffix. One of several files stands in a folder of its own, unless it is
    the only one asked for; `host` is the address from which it will be served, by default pane.HOST. Writes
    over an add-in of modelgen's, and over nothing else. Raises ModelError.

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
    if host is not None and all(one.suffix for one in single or chosen):
        titles = " and ".join(one.title for one in single or chosen)
        raise fail(f"--host does not apply: the add-in for {titles} is installed, not served")
    if not single:
        must_be_folder(target)
    host = host if host is not None else pane.HOST
    # All that is to be written is known, and its places are looked at, before the first file is.
    planned = []
    for one in single or chosen:
        folder = target if one.suffix or len(chosen) == 1 else target / one.program
        contents = one.files(host)
        paths = [target if single else folder / name for name in contents]
        if one.suffix:
            must_be_own_file(paths[0], one.is_own)
        else:
            must_be_own_folder(folder, next(iter(contents)), one.is_own, _beside())
        planned.append((one, dict(zip(paths, contents.values(), strict=True))))
    out = []
    for one, placed in planned:
        for path, content in placed.items():
            with written_whole(path) as temporary:
                temporary.write_bytes(content)
        paths = list(placed)
        install = one.install.replace("FILE", str(paths[0])).replace("HOST", host)
        out.append(WrittenAddIn(one.program, one.title, tuple(paths), install))
    return out


def _beside() -> set[str]:
    """What a folder holds once all add-ins are written to it."""
    return {extension.FILE, *(one.program for one in ADDINS.values() if not one.suffix)}
