"""The pages of docs/: all are in the site, name what there is, and their programs run."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import modelgen
from docs import docstring_examples, site_hook
from modelgen import contract
from tests.conftest import ROOT, Built

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_to_a_file_of_the_repository(page: Path) -> None:
    for link in site_hook.LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def test_the_navigation_holds_every_page() -> None:
    shown = re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    written = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert sorted(shown) == sorted(written | set(site_hook.PAGES.values()))


def test_a_link_leads_on_the_site_where_it_leads_in_the_repository() -> None:
    cases = {
        ("index.md", "[a](docs/audit.md#rules)"): "[a](audit.md#rules)",
        ("index.md", "[a](CHANGELOG.md)"): "[a](changes.md)",
        ("index.md", "[a](generated/example/x.xlsx)"): "[a](generated/example/x.xlsx)",
        ("audit.md", "[a](library.ipynb)"): "[a](library.md)",
        ("audit.md", "[a](../README.md)"): "[a](index.md)",
        ("audit.md", "[a](../templates/x.yaml)"): "[a](templates/x.yaml)",
        ("reference/library.md", "[a](../../README.md)"): "[a](../index.md)",
        ("audit.md", "[a](https://example.org/a.md)"): "[a](https://example.org/a.md)",
    }
    for (page, text), expected in cases.items():
        assert site_hook.linked(text, page) == expected


def test_an_example_of_a_docstring_is_shown_as_code() -> None:
    assert docstring_examples.fenced("Adds.\n\n>>> 1 + 1\n2\n\nMore.") == (
        "Adds.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nMore."
    )


def test_the_reference_holds_every_public_name() -> None:
    text = (DOCS / "reference" / "library.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^::: modelgen\.(\w+)$", text, re.MULTILINE))
    assert listed >= set(modelgen.__all__) - {"__version__"}


def test_the_page_of_the_contract_names_every_table_key_role_and_property() -> None:
    text = (DOCS / "contract.md").read_text(encoding="utf-8")
    for kind in contract.KINDS.values():
        part = text.split(f"**`{kind.name}`**")[1].split("\n**`")[0]
        for key in kind.columns:
            assert f"`{key}`" in part, f"{kind.name}.{key}"
    properties = [
        contract.VERSION_PROPERTY,
        contract.SEAL,
        contract.DEAL_PROPERTY,
        contract.TEXT_PROPERTY,
        contract.BUILDER_PROPERTY,
    ]
    for name in [*contract.ROLES, *properties, contract.PERIOD_ENDS, contract.TOTALS]:
        assert f"`{name}`" in text


def test_the_program_that_reads_the_contract_without_modelgen_runs(
    lexington: Built, tmp_path: Path
) -> None:
    text = (DOCS / "contract.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    shutil.copy(lexington.path, tmp_path / "lexington.xlsx")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    ties = len(lexington.model.figures)
    assert done.stdout.splitlines()[1] == f"{ties} figures, tied: {ties}"
