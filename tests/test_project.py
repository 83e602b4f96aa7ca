"""The project itself: the committed example, the README's commands, the wheel, the words in it."""

import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from docs import render_example
from modelgen import DISTRIBUTION
from modelgen.problem import ModelError
from tests.conftest import ROOT, Built, build
from tests.golden import GOLDEN, text_of

EXAMPLE = ROOT / "generated" / "example" / "lexington-2006q1.xlsx"


def test_the_committed_example_is_what_the_deal_builds(lexington: Built) -> None:
    assert EXAMPLE.read_bytes() == lexington.path.read_bytes(), "run: python docs/render_example.py"


@pytest.mark.parametrize("picture", render_example.PICTURES, ids=lambda p: p.path.stem)
def test_each_committed_picture_is_of_what_is_built(
    picture: render_example.Picture, tmp_path: Path
) -> None:
    workbook, _ = render_example.workbook_of(picture, tmp_path)
    with Image.open(picture.path) as image:
        stamp = image.info.get("workbook-sha256")
        assert image.width > 600
    assert stamp == render_example.digest(picture, workbook), "run: python docs/render_example.py"


def test_the_committed_picture_is_of_the_page_that_is_written(tmp_path: Path) -> None:
    page = render_example.page_of(tmp_path)
    with Image.open(render_example.PAGE) as image:
        stamp = image.info.get("page-sha256")
    assert stamp == hashlib.sha256(page.read_bytes()).hexdigest(), (
        "run: python docs/render_example.py"
    )


def test_the_guides_show_every_picture() -> None:
    guides = ("docs/for-analysts.md", "docs/sweeps.md", "docs/page.md", "README.md")
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in guides)
    shown = set(re.findall(r"\]\((?:docs/)?pictures/(\w+)\.png\)", text))
    assert shown == {path.stem for path in (ROOT / "docs" / "pictures").glob("*.png")}


def test_the_readme_shows_the_error_that_is_given(tmp_path: Path) -> None:
    """The README's example of a message is a real one."""
    import shutil

    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    path = tmp_path / "templates" / "statements" / "module.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("'= net_sales - SUM_EACH(cost_of_sales_item)'") == 1
    wrong = text.replace(
        "'= net_sales - SUM_EACH(cost_of_sales_item)'",
        "'= net_sale - SUM_EACH(cost_of_sales_item)'",
    )
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build(tmp_path / "templates" / "lexington-2006q1", tmp_path / "out.xlsx")
    message = str(caught.value).replace(f"{tmp_path}/", "")
    assert message in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_marks_its_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"<!-- command: (\w+) -->\n```sh\n(.+)\n```", text)
    assert [name for name, _ in commands] == ["build", "test"]
    assert all(command.startswith("python3 -m venv .venv && ") for _, command in commands)


def test_the_distribution_has_one_name_and_it_is_not_a_strangers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == DISTRIBUTION != "modelgen"
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("modelgen/**/*.py")]
    wrong = [
        file.name
        for file in [*files, ROOT / "pyproject.toml"]
        if re.search(
            r"\bmodelgen\[|install (-\w+ )*'?modelgen\b(?!-)", file.read_text(encoding="utf-8")
        )
    ]
    assert wrong == []


def test_docs_name_the_functions_of_the_language_and_the_count_of_published_inputs() -> None:
    from modelgen.formula.functions import FUNCTIONS
    from tests.test_lexington import published_inputs

    text = (ROOT / "docs" / "formula-language.md").read_text(encoding="utf-8")
    listed = text.partition("as the tests prove one by one:")[2].partition("To add one")[0].split()
    assert listed == list(FUNCTIONS)
    tie_outs = (ROOT / "docs" / "tie-outs.md").read_text(encoding="utf-8")
    assert f"Each of the {len(published_inputs())} published inputs" in tie_outs


def test_an_installed_modelgen_builds_a_shipped_deal_from_any_folder(
    lexington: Built, tmp_path: Path
) -> None:
    """The wheel holds package and templates; it is run from a folder of its own."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("modelgen_finance-*.whl")
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    assert (installed / "modelgen" / "templates" / "lexington-2006q1" / "deal.yaml").is_file()
    assert (installed / "modelgen" / "addin" / "parts" / "Addons.xcu").is_file()
    program = f"import sys; sys.path.insert(0, {str(installed)!r}); sys.argv[0] = 'modelgen'; from modelgen.cli.main import main; main()"
    subprocess.run(
        [sys.executable, "-P", "-c", program, "build", "lexington-2006q1"],
        check=True,
        cwd=elsewhere,
        capture_output=True,
    )
    assert (
        elsewhere / "generated" / "lexington-2006q1.xlsx"
    ).read_bytes() == lexington.path.read_bytes()


def test_rooms_know_only_the_rooms_before_them() -> None:
    rank = {
        name: i
        for i, name in enumerate(
            [
                "formula",
                "text",
                "model",
                "evaluate",
                "excel",
                "page",
                "workbook",
                "review",
                "roundtrip",
                "sweeps",
                "addin",
                "api",
                "cli",
            ]
        )
    }
    for path in sorted((ROOT / "modelgen").rglob("*.py")):
        room = path.relative_to(ROOT / "modelgen").parts[0]
        for target in re.findall(
            r"^\s*(?:from|import) modelgen\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert rank.get(target, -1) <= rank.get(room, 99), f"{path.name} imports {target}"
            assert not (room == "workbook" and target in ("model", "evaluate", "excel")), (
                f"{path.name} imports {target}"
            )


def test_modules_keep_to_one_idea() -> None:
    for path in sorted((ROOT / "modelgen").rglob("*.py")):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_text_of_the_golden_model(small: Built) -> None:
    """Every cell of the small deal's workbook, as text: a change shows in review as a change of text."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    assert text_of(small.path) == lines, "run: python -m tests.golden"
