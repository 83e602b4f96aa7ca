"""Makes the docs a site: pages from files outside docs/, and links that hold there as in the repository.

The repository's files link each other by relative paths, as a reader of the repository needs them. On the
site the README is the first page and the notebook a page of text; a file outside docs/ that a page links
is copied into the site at its path in the repository.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"README.md": "index.md", "CHANGELOG.md": "changes.md", "docs/library.ipynb": "library.md"}
"""Files that become pages of the site, by their paths in the repository."""
LINK = re.compile(r"(?<=\]\()([^)#\s:]+)(?=[)#])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are made from other files, and the files outside docs/ that pages link."""
    for source, page in PAGES.items():
        path = ROOT / source
        text = path.read_text(encoding="utf-8")
        content = markdown_of(json.loads(text)) if path.suffix == ".ipynb" else text
        files.append(File.generated(config, page, content=content))
    sources = {page: source for source, page in PAGES.items()}
    for file in list(files.documentation_pages()):
        source = sources.get(file.src_uri, f"docs/{file.src_uri}")
        for link in LINK.findall(file.content_string):
            target = _target(source, link)
            outside = not target.startswith("docs/") and target not in PAGES
            if outside and (ROOT / target).is_file() and files.get_file_from_path(target) is None:
                copied = (ROOT / target).read_bytes()
                files.append(File.generated(config, target, content=copied))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """A page with its links as they are on the site."""
    return linked(markdown, page.file.src_uri)


def linked(markdown: str, page: str) -> str:
    """A page's text with each relative link of the repository as the site has it.

    >>> linked("[a](docs/audit.md#rules) and [b](CHANGELOG.md)", "index.md")
    '[a](audit.md#rules) and [b](changes.md)'
    """
    source = {page: source for source, page in PAGES.items()}.get(page, f"docs/{page}")

    def site_link(match: re.Match[str]) -> str:
        target = _target(source, match[1])
        uri = PAGES.get(target, target.removeprefix("docs/"))
        return posixpath.relpath(uri, posixpath.dirname(page) or ".")

    return LINK.sub(site_link, markdown)


def _target(source: str, link: str) -> str:
    """The path in the repository that a link of a file leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), link))


def markdown_of(notebook: Mapping[str, Any]) -> str:
    """A notebook as a page: its text, its code, and what each cell printed."""
    parts: list[str] = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        shown = "".join(text_of(output) for output in cell["outputs"]).rstrip("\n")
        if shown:
            parts.append(f"``` {{ .text .output .no-copy }}\n{shown}\n```")
    return "\n\n".join(parts) + "\n"


def text_of(output: Mapping[str, Any]) -> str:
    """What an output of a cell says as text."""
    if output["output_type"] == "stream":
        return "".join(output["text"])
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}\n"
    return "".join(output["data"].get("text/plain", "")) + "\n"
