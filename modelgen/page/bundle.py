"""The scripts of the page as the text of two: the model, which computes, and the view, which shows it.

The files under scripts/ are modules, which node runs and tsc checks as they are. In the page they stand one
after the other, each in a function that gives what it exports: nothing is fetched, and no two exports share
a name.
"""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "scripts"
MODEL = ("values", "dates", "functions", "model")
VIEW = (
    "elements",
    "formats",
    "typed",
    "overlay",
    "draws",
    "charts",
    "book",
    "looks",
    "paper",
    "sheetcharts",
    "typing",
    "grid",
    "document",
    "tree",
    "whatif",
    "checks",
    "paths",
    "view",
    "start",
)

_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:class|const|function|let) (\w+)", re.MULTILINE)


@lru_cache(maxsize=4)
def joined(names: tuple[str, ...]) -> str:
    """Some modules as the text of one script: each keeps to itself what it does not export."""
    return "\n".join(_scoped((FOLDER / f"{name}.js").read_text(encoding="utf-8")) for name in names)


def _scoped(text: str) -> str:
    exported = ", ".join(_EXPORT.findall(text))
    body = re.sub(r"^export ", "", _IMPORT.sub("", text), flags=re.MULTILINE)
    return f"const {{ {exported} }} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def style() -> str:
    """The style sheet of the page."""
    return (FOLDER / "page.css").read_text(encoding="utf-8")


def hash_of(text: str) -> str:
    """What a content security policy calls a script or style whose text is this."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
