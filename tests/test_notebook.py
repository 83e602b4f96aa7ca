"""The notebook of the library is true: it runs, and prints what is committed."""

import copy

import nbformat

from docs import render_notebook
from docs.site_hook import markdown_of, text_of


def said(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """The code of each cell, and what it says."""
    return [
        (cell.source, "".join(text_of(output) for output in cell.outputs))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_the_notebook_prints_what_is_committed() -> None:
    committed = render_notebook.read()
    found = render_notebook.executed(copy.deepcopy(committed))
    for (code, before), (_, now) in zip(said(committed), said(found), strict=True):
        assert now == before, f"run: python docs/render_notebook.py\n{code}"


def test_the_notebook_shows_sixteen_figures_that_do_not_tie_and_no_path_of_this_machine() -> None:
    page = markdown_of(render_notebook.read())
    assert page.count("does not tie: ") == 16
    assert "/tmp" not in page and "/home" not in page and "Traceback" not in page
