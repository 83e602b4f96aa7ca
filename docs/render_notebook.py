"""Runs the notebook of the library and keeps what it printed, as `python docs/render_notebook.py`.

It is run in a folder of its own, so that it names no path of this machine; it prints no times. A test runs
it again and compares.
"""

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent / "library.ipynb"
SECONDS_A_CELL = 120


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with what its cells print now. Raises CellExecutionError."""
    with tempfile.TemporaryDirectory(prefix="modelgen-") as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
        )
        client.execute()
        return notebook


def read(path: Path = NOTEBOOK) -> nbformat.NotebookNode:
    """The notebook as it is committed."""
    found: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return found


def main() -> None:
    """Writes the notebook with its outputs."""
    found = executed(read())
    found.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(found, NOTEBOOK)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
