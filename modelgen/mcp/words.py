"""What a tool says of a call that it cannot do: in the names of its arguments, not of a command's options."""

import re
from collections.abc import Sequence

from modelgen.problem import did_you_mean

_ARGUMENTS = {
    "set": ("assumptions",),
    "with": ("overlays",),
    "get": ("ids",),
    "to": ("quarter",),
    "event": ("events",),
    "engine": ("engines",),
    "output": ("file", "folder", "overlay"),
}
"""The arguments that stand for an option of another name."""
_OPTION = re.compile(r"(?<![\w/.-])--([a-z][a-z-]*)(?![\w./-])")
_USAGE = re.compile(r"(Usage: |Try ').*")
_HINT = re.compile(r"(?P<caret>\^)  \S.*$|\s*\([^()]*\)$")


def named(said: str, known: Sequence[str]) -> str:
    """What a command printed on stderr, for a tool with some arguments: without its usage, its options as the
    tool's arguments. A hint of an option that the tool does not have is left out.

    >>> named("Error: Invalid value for '--engine': 'x'", ["engines"])
    "Invalid value for 'engines': 'x'"
    """
    kept = [line for line in said.splitlines() if line.strip() and not _USAGE.match(line)]
    return "\n".join(_named(line.removeprefix("Error: "), known) for line in kept).strip()


def refused(tool: str, given: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> str:
    """Why a tool does not take some arguments: those it does not know, and those that are missing; empty if
    it takes them.

    >>> refused("recalc", ["file", "assumption"], ["file", "assumptions"], ["file"])
    "'assumption' is not an argument of recalc: it takes file, assumptions; did you mean 'assumptions'?"
    """
    takes = f"it takes {', '.join(known)}" if known else "it takes none"
    said = []
    for name in given:
        if name not in known:
            # What is an option of the command is meant as the argument that stands for it.
            own = next((one for one in _ARGUMENTS.get(name, ()) if one in known), "")
            near = f"did you mean '{own}'?" if own else did_you_mean(name, known)
            words = f"{name!r:.80} is not an argument of {tool}: {takes}"
            said.append(f"{words}; {near}" if near else words)
    said += [f"{tool} needs '{name}': {takes}" for name in needed if name not in given]
    return "\n".join(said)


def _named(line: str, known: Sequence[str]) -> str:
    def argument(option: str) -> str | None:
        names = (option.replace("-", "_"), *_ARGUMENTS.get(option, ()))
        return next((name for name in names if name in known), None)

    def renamed(match: re.Match[str]) -> str:
        return argument(match[1]) or match[0]

    hint = _HINT.search(line)
    if hint and any(argument(option) is None for option in _OPTION.findall(hint[0])):
        line = line[: hint.start()] + (hint["caret"] or "")
    return _OPTION.sub(renamed, line)
