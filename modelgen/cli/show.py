"""Prints results: tables for people, only JSON on stdout for programs, progress on stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from modelgen.series import plain

if TYPE_CHECKING:
    from modelgen.verdict import Verdict

DONE, FAILED, BAD_INPUT, NO_ENGINE, INTERRUPTED = 0, 1, 2, 3, 130
PIPED_WIDTH = 200  # a pipe has no width to wrap at
Progress = Callable[[int, int], None]


def show_json(value: Any) -> None:
    """Prints only JSON on stdout. Raises ValueError for infinity and NaN, which JSON does not have."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def show_table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()
) -> None:
    """Prints a table as wide as its text; the columns numbered in `right` hold numbers and align right."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, head in enumerate(heads):
        table.add_column(
            head,
            justify="right" if index in right else "left",
            no_wrap=index in right,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*[plain(item) for item in row])
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    Console(highlight=False, markup=False, emoji=False, width=width).print(table)


def show_facts(rows: Sequence[tuple[str, str]]) -> None:
    """Prints names and values, one pair a line."""
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:<{width}}  {value}" for name, value in rows))


def show_verdict(verdict: "Verdict", engine: str = "", tables_shown: bool = False) -> None:
    """Prints the verdict as every command does: what is wrong, one sentence a line, then the counts. With
    `tables_shown`, figures, checks and alerts are in tables above and are not repeated.
    """
    for line in verdict.details(tables_shown):
        print(f"  {line}")
    show_facts(verdict.facts())
    by = f" ({engine})" if engine else ""
    print(f"{verdict.sentence}{by}")


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A context that shows a progress bar on stderr, or nothing if stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
