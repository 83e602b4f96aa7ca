"""The scripts of the page as the text of two: the model, which computes, and the view, which shows it.

The files under scripts/ are modules, which node runs and tsc checks as they are. In the page they stand in one scope,
one after the other, without their `import` and `export`: nothing is fetched, and no name is used twice.
"""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "scripts"
MODEL = ("values", "dates", "functions", "model")
VIEW = ("formats", "typed", "overlay", "charts", "grid", "document", "tree", "panel", "view")

_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:class|const|function|let) )", re.MULTILINE)


@lru_cache(maxsize=4)
def joined(names: tuple[str, ...]) -> str:
    """Some modules as the text of one script."""
    parts = []
    for name in names:
        text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
        parts.append(_EXPORT.sub("", _IMPORT.sub("", text)))
    return "\n".join(parts)


def style() -> str:
    """The style sheet of the page."""
    return (FOLDER / "page.css").read_text(encoding="utf-8")


def hash_of(text: str) -> str:
    """What a content security policy calls a script or style whose text is this."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
