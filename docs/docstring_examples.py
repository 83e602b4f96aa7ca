"""Shows the examples of docstrings, which the tests run, as code in the reference."""

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"^>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)


def fenced(docstring: str) -> str:
    """A docstring with each example, from its `>>>` to the next blank line, as a block of code."""
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0]}\n```", docstring)


class Examples(griffe.Extension):
    """Fences the examples of each object's docstring."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Is called for each module, class, function and attribute once it is read."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)
