"""The add-in for Excel as a folder to host: task pane, the page's scripts that it runs, icons, manifests."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from modelgen import __version__
from modelgen.addin.icons import icon
from modelgen.page.bundle import FOLDER
from modelgen.problem import fail

HOST = "https://localhost:3000"
"""Where the folder is served from, if nothing else is said."""
HTTPS, LAST_PORT = 443, 65535
_PARTS = Path(__file__).resolve().parent / "parts" / "excel"
_ICONS = (16, 32, 64, 80, 192)
_ID = re.compile(rb"<Id>([^<]*)</Id>")
_IMPORT = re.compile(r'^import [^"]*"(\.{1,2}/[\w./]+)";$', re.MULTILINE)


def files(host: str = HOST) -> dict[str, bytes]:
    """The files of the folder by their paths in it; the manifests name `host`, the address from which it is
    served. Raises ModelError if that is not an https address.

    >>> sorted(name for name in files() if "/" not in name)
    ['manifest.json', 'manifest.xml', 'taskpane.html']
    """
    host = host.rstrip("/")
    form = re.fullmatch(r"https://[\w.-]+(?::(\d{1,5}))?(/[\w./~-]*)?", host)
    if form is None or not 0 < int(form[1] or HTTPS) <= LAST_PORT:
        raise fail(
            f"{host!r:.80} is not an address to serve an add-in from",
            hint="Office loads panes over https alone, from a port up to 65535: "
            "--host https://tools.example.com/modelgen",
        )
    parts = urlsplit(host)
    numbers = [*re.findall(r"\d+", __version__), "0", "0", "0"][:3]
    words = {
        "@HOST@": host,
        "@ORIGIN@": f"https://{parts.netloc}",
        "@DOMAIN@": parts.netloc,
        "@VERSION@": ".".join([*numbers, "0"]),
        "@SHORT@": ".".join(numbers),
    }
    found = {}
    for name in ("manifest.xml", "manifest.json"):
        text = (_PARTS / name).read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        found[name] = text.encode()
    found["taskpane.html"] = (_PARTS / "taskpane.html").read_bytes()
    found |= {f"icons/icon-{size}.png": icon(size) for size in _ICONS}
    found["icons/outline-32.png"] = icon(32, outline=True)
    styles = {
        "scripts/page.css": FOLDER / "page.css",
        "scripts/pane/pane.css": FOLDER / "pane" / "pane.css",
    }
    scripts = {f"scripts/{file.relative_to(FOLDER).as_posix()}": file for file in _scripts()}
    return found | {name: file.read_bytes() for name, file in (styles | scripts).items()}


def is_own(manifest: bytes) -> bool:
    """Whether a manifest.xml is that of this add-in, of this or another version of modelgen."""
    ours = _ID.search((_PARTS / "manifest.xml").read_bytes())
    found = _ID.search(manifest)
    return ours is not None and found is not None and ours[1] == found[1]


def _scripts() -> list[Path]:
    """The modules that the pane runs: its own, and those of the page that they import."""
    front, found = [FOLDER / "pane" / "main.js"], set[Path]()
    while front:
        file = front.pop()
        if file in found:
            continue
        found.add(file)
        text = file.read_text(encoding="utf-8")
        front += [(file.parent / name).resolve() for name in _IMPORT.findall(text)]
    return sorted(found)
