"""A self-contained HTML page of headings, paragraphs, tables and pictures, to open from a file."""

from collections.abc import Sequence
from html import escape

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;padding:0 1rem;max-width:76rem;color:#222}"
    "h1,h2{color:#1f3864}table{border-collapse:collapse}th,td{text-align:left;padding:.25rem .7rem;"
    "border-bottom:1px solid #ddd;vertical-align:top}th{border-bottom:2px solid #1f3864}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}"
    ".high td:first-child{color:#c00000;font-weight:bold}.medium td:first-child{color:#b35c00}"
)


def page(title: str, parts: Sequence[str]) -> str:
    """The whole page as HTML; `parts` are HTML, `title` is plain text."""
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1>{''.join(parts)}</html>\n"
    )


def heading(text: str) -> str:
    """A second-level heading as HTML, from plain text."""
    return f"<h2>{escape(text)}</h2>"


def sentence(text: str) -> str:
    """A paragraph as HTML, from plain text."""
    return f"<p>{escape(text)}"


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    classes: Sequence[str] = (),
) -> str:
    """A table as HTML, from plain texts; the columns numbered in `right` hold numbers and align right,
    `classes` gives each row a CSS class.
    """
    kinds = [" class=n" if column in right else "" for column in range(len(heads))]
    top = "".join(f"<th{kind}>{escape(head)}" for kind, head in zip(kinds, heads, strict=True))
    out = [f"<table><tr>{top}"]
    for number, row in enumerate(rows):
        kind = f" class={classes[number]}" if classes else ""
        cells = "".join(f"<td{k}>{escape(cell)}" for k, cell in zip(kinds, row, strict=True))
        out.append(f"<tr{kind}>{cells}")
    return "".join([*out, "</table>"])
