"""The add-in for Excel: the folder, its manifests, and the task pane over a workbook in a mocked Excel."""

import copy
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from lxml import etree
from openpyxl.utils.cell import get_column_letter

from modelgen.addin.addins import write
from modelgen.addin.pane import files
from modelgen.api.workbooks import check
from modelgen.cli.main import cli
from modelgen.contract import PERIOD_FLAGS, STATUS_CELL, TOTALS
from modelgen.model.plain import Line
from modelgen.page.bundle import FOLDER
from modelgen.problem import ModelError
from modelgen.workbook.contents import a1, read_contents
from tests.calls import typed
from tests.conftest import ROOT, Built, build, needs_libreoffice
from tests.excel_host import carried_in, snapshot
from tests.libreoffice import edited, insert_columns, insert_rows, move, rename
from tests.page_proof import CHROMIUM, SCRIPTS, TSC, needs_chromium, needs_node, run_node

HOSTILE = "<img src=x onerror=ran=1>"
OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"


def _module(name: str) -> Path | None:
    """The folder of a node package, on NODE_PATH or among those installed for all; None if it is absent."""
    places = [Path(place) for place in os.environ.get("NODE_PATH", "").split(os.pathsep) if place]
    places += [Path("/usr/local/lib/node_modules"), Path("/usr/lib/node_modules")]
    return next((place / name for place in places if (place / name).is_dir()), None)


def test_the_folder_holds_all_that_the_pane_runs() -> None:
    folder = files("https://tools.example.com/modelgen/")
    assert {"taskpane.html", "manifest.xml", "manifest.json", "scripts/pane/main.js"} <= set(folder)
    assert "scripts/grid.js" not in folder  # the pane has Excel's own
    html = folder["taskpane.html"].decode()
    assert "default-src 'none'" in html and "unsafe" not in html and html.count("<script") == 2
    for name, content in folder.items():
        if name.startswith("icons/"):
            assert content.startswith(b"\x89PNG")
    for manifest in ("manifest.xml", "manifest.json"):
        text = folder[manifest].decode()
        assert "https://tools.example.com/modelgen/taskpane.html" in text
        assert "localhost" not in text and not re.search(r"@[A-Z]+@", text)


def test_the_manifests_name_files_of_the_folder() -> None:
    folder = files("https://localhost:3000")
    root = ElementTree.fromstring(folder["manifest.xml"])
    order = [child.tag.rpartition("}")[2] for child in root]
    # The sequence that Microsoft's schema of the manifest prescribes.
    assert (
        order
        == (
            "Id Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl "
            "SupportUrl AppDomains Hosts Requirements DefaultSettings Permissions VersionOverrides"
        ).split()
    )
    assert root.find(f"{OFFICE}Hosts/{OFFICE}Host").attrib == {"Name": "Workbook"}  # type: ignore[union-attr]
    resources = {one.get("id") for one in root.iter() if one.get("id") and one.get("DefaultValue")}
    assert {one.get("resid") for one in root.iter() if one.get("resid")} <= resources
    named = [one.get("DefaultValue", "") for one in root.iter()]
    unified = json.loads(folder["manifest.json"])
    icons = [unified["icons"]["color"], unified["icons"]["outline"]]
    for address in [*named, *icons]:
        if address.endswith((".png", ".html")):
            assert address.removeprefix("https://localhost:3000/") in folder


def _wrong_in_unified(unified: Any) -> dict[str, Any]:
    """The unified manifest once for each of these mistakes, by what is wrong in it."""

    def without(holder: Sequence[str | int], name: str) -> Any:
        return _changed(unified, holder, lambda part: part.pop(name))

    def with_value(holder: Sequence[str | int], name: str | int, value: Any) -> Any:
        return _changed(unified, holder, lambda part: part.__setitem__(name, value))

    button: list[str | int] = ["extensions", 0, "ribbons", 0, "tabs", 0, "groups", 0, "controls", 0]
    return {
        "no developer": without([], "developer"),
        "no address of privacy": without(["developer"], "privacyUrl"),
        "a property that nobody knows": with_value([], "colour", "blue"),
        "an id that is no GUID": with_value([], "id", "modelgen"),
        "a name too long": with_value(["name"], "short", "modelgen " * 10),
        "a scope that is not Office's": with_value(
            ["extensions", 0, "requirements"], "scopes", ["spreadsheet"]
        ),
        "a size that no icon has": with_value([*button, "icons", 0], "size", 17),
        "a button without its tip": without(button, "supertip"),
        "another version of the schema": with_value([], "manifestVersion", "1.0"),
        "a page that is no address of the web": with_value(
            ["extensions", 0, "runtimes", 0, "code"], "page", "taskpane.html"
        ),
    }


def _changed(whole: Any, holder: Sequence[str | int], change: Callable[[Any], Any]) -> Any:
    """A copy of `whole` in which the part that `holder` leads to is changed."""
    part = whole = copy.deepcopy(whole)
    for step in holder:
        part = part[step]
    change(part)
    return whole


@pytest.mark.skipif(
    _module("@microsoft/app-manifest") is None,
    reason="@microsoft/app-manifest is not installed (npm)",
)
def test_the_unified_manifest_keeps_to_the_schema_of_microsoft() -> None:
    package = _module("@microsoft/app-manifest")
    assert package is not None
    unified = json.loads(files("https://tools.example.com/modelgen")["manifest.json"])
    name = urlsplit(unified["$schema"]).path.removeprefix("/json-schemas/")
    schema = json.loads((package / "build" / "json-schemas" / name).read_text(encoding="utf-8"))
    # The schema calls itself draft 4 and yet says `const`, which only later drafts heed.
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(unified)] == []
    # A validation that admits everything would hold nothing.
    wrong = _wrong_in_unified(unified)
    assert [what for what, one in wrong.items() if validator.is_valid(one)] == []


@pytest.fixture(scope="module")
def grammar() -> Any:
    """What tests/office_manifest.rng says of the XML manifest, from Microsoft's reference."""
    return etree.RelaxNG(etree.parse(str(ROOT / "tests" / "office_manifest.rng")))


@pytest.mark.parametrize("host", ["https://localhost:3000", "https://tools.example.com/modelgen"])
def test_the_xml_manifest_keeps_to_the_reference_of_microsoft(grammar: Any, host: str) -> None:
    grammar.assertValid(etree.fromstring(files(host)["manifest.xml"]))


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        # another order
        (r"(<Hosts>.*?</Hosts>)(\s*)(<Requirements>.*?</Requirements>)", r"\3\2\1"),
        (r"(<Supertip>.*?</Supertip>)(\s*)(<Icon>.*?</Icon>)", r"\3\2\1"),
        (r"(<bt:Images>.*?</bt:Images>)(\s*)(<bt:Urls>.*?</bt:Urls>)", r"\3\2\1"),
        # something missing
        (r"<Permissions>.*?</Permissions>", ""),
        (r"<DefaultSettings>.*?</DefaultSettings>", ""),
        (r"<Supertip>.*?</Supertip>", ""),
        (r'<SourceLocation resid="[^"]*"/>', ""),
        (r'<bt:Image size="80" [^>]*>', ""),
        (r"<DisplayName DefaultValue", "<DisplayName Value"),
        (r' xsi:type="TaskPaneApp"', ""),
        # something that is not of the format
        (r"(?=<Permissions>)", "<Colour>blue</Colour>"),
        (r"(?=<Label )", '<Caption resid="Modelgen.Label"/>'),
        (r'<Group id="', '<Group colour="blue" id="'),
        (r"<(/?)bt:Urls>", r"<\1Urls>"),  # in another namespace
        # a value that it does not admit
        (r"ReadWriteDocument", "ReadWriteWorkbook"),
        (r'"ShowTaskpane"', '"ShowPane"'),
        (r'"PrimaryCommandSurface"', '"Ribbon"'),
        (r'Name="Workbook"', 'Name="Spreadsheet"'),
        (r'size="16"', 'size="17"'),
        (r"<Id>[^<]*", "<Id>modelgen"),
        (r"<Version>", "<Version>1."),
        (r'MinVersion="1.9"', 'MinVersion="latest"'),
        (r'id="Modelgen.Icon16"', f'id="Modelgen.{"Icon" * 8}"'),
        (r'(<Description DefaultValue=")', r"\1" + "long " * 50),
        (r'"https://([^"]*taskpane.html)', r'"http://\1'),
    ],
)
def test_a_wrong_xml_manifest_is_refused(grammar: Any, pattern: str, wrong: str) -> None:
    right = files()["manifest.xml"].decode()
    changed = re.sub(pattern, wrong, right, flags=re.DOTALL)
    assert changed != right
    assert not grammar.validate(etree.fromstring(changed.encode()))


@pytest.mark.parametrize(
    "host",
    [
        *("http://localhost:3000", "localhost", "https://a b", 'https://x/"><script>', "https://"),
        *("https://x.com:99999", "https://x.com:0", "https://x.com:", "https://["),
    ],
)
def test_an_address_that_office_would_not_load_is_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not an address to serve"):
        files(host)
    done = CliRunner().invoke(cli, ["addin", "--excel", "-o", str(tmp_path), "--host", host])
    assert done.exit_code != 0 and "Traceback" not in done.output


def test_nothing_is_written_over_what_modelgen_did_not_write(tmp_path: Path) -> None:
    folder = tmp_path / "q"
    folder.mkdir()
    (folder / "taskpane.html").write_text("hi", encoding="utf-8")
    (folder / "manifest.xml").write_text("<Id>another</Id>", encoding="utf-8")
    with pytest.raises(ModelError, match=r"holds other files \(manifest.xml, taskpane.html\)"):
        write(folder, ["excel"])
    (tmp_path / "all" / "excel").mkdir(parents=True)
    (tmp_path / "all" / "excel" / "mine").touch()
    with pytest.raises(ModelError, match="holds other files"):
        write(tmp_path / "all")
    assert (folder / "taskpane.html").read_text(encoding="utf-8") == "hi"
    assert {path.name for path in (tmp_path / "all").rglob("*")} == {"excel", "mine"}


def test_an_add_in_is_written_over_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "a.folder"
    folder.mkdir()
    (folder / ".git").mkdir()
    write(folder)
    for programs in ([], ["excel"], ["excel"], ["libreoffice"]):
        write(folder, programs, "https://a.example" if programs == ["excel"] else None)
    assert b"https://a.example" in (folder / "manifest.xml").read_bytes()


def test_the_command_says_how_to_sideload(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["addin", "--excel", "-o", str(tmp_path / "pane")])
    assert done.exit_code == 0
    assert (tmp_path / "pane" / "taskpane.html").is_file()
    for word in ("Windows", "Mac", "web", "manifest.xml", "https://localhost:3000"):
        assert word in done.output
    both = write(tmp_path / "all")
    assert [one.files[0].relative_to(tmp_path / "all").as_posix() for one in both] == [
        "modelgen.oxt",
        "excel/manifest.xml",
    ]


def test_a_workbook_carries_its_model(small: Built) -> None:
    carried = carried_in(small.path)
    assert carried is not None and json.loads(carried)["version"] == 1
    with zipfile.ZipFile(small.path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
        assert b"/customXml/itemProps1.xml" in archive.read("[Content_Types].xml")


def test_a_workbook_that_lost_its_model_is_read_as_before(small: Built, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"
    openpyxl.load_workbook(small.path).save(saved)
    assert carried_in(saved) is None
    assert check(saved).ok


@needs_chromium
def test_the_pane_in_chromium(lexington: Built, tmp_path: Path) -> None:
    """End to end: the selection is followed, the source led to, inputs written, sweeps run, overtyped formulas marked."""
    found = _pane(lexington.path, tmp_path, label=HOSTILE)
    assert HOSTILE in found["trace"] and not found["ran"]
    assert found["errors"] == [] and "failed" not in found, found
    assert found["apart"] == found["overtyped"] == found["lost"] == 0
    assert found["cells"] > 10_000 and found["status"].startswith("Holds: 147 of 147 figures tie")
    assert "Follows from" in found["trace"] and "release, line" in found["buttons"][0]
    assert found["ledger"].startswith("Figure release.")
    assert "is not a number" in found["refused"]
    assert found["typed"] == found["model"] == found["was"] + 0.25
    assert found["unwritten"] > 0 and found["written"]
    assert len(found["sensitivities"]) == found["sliders"] == 3 and found["restored"]
    assert all(low != high for _, low, high in found["sensitivities"])
    assert (
        "1,000 paths in" in found["paths"] and "modelgen sweep lexington-2006q1" in found["paths"]
    )
    assert found["marked"].startswith("Overtyped: =") and found["tab"] == "Workbook (1)"


@needs_node
@pytest.mark.parametrize("value", ["=1+1", "7"])
def test_a_formula_typed_over_is_found(small: Built, value: str, tmp_path: Path) -> None:
    read = _read(small.path, tmp_path)
    named = small.model.named().items()
    line = next(id_ for id_, item in named if isinstance(item, Line) and item.timeline)
    built = run_node(str(SCRIPTS / "session.mjs"), str(read))
    assert built["overtyped"] == built["lost"] == built["apart"] == [] and built["unread"] == 0
    assert built["figures"] == 0  # every figure has its row in the ledger
    over = run_node(str(SCRIPTS / "session.mjs"), str(read), line, value)
    assert [(one["id"], one["now"]) for one in over["overtyped"]] == [(line, value)]


@needs_node
def test_what_was_typed_over_elsewhere_is_what_check_finds(
    lexington: Built, tmp_path: Path
) -> None:
    """Cells of the ledger, of checks, of a sheet's own areas, a total, and a formula where there was none."""
    areas = read_contents(lexington.path)
    sheet, flags = next(iter(areas.areas[PERIOD_FLAGS].items()))
    cells = {(sheet, flags.row, flags.column): "=1+1", (sheet, 200, 3): "=2+2"}
    for name in ("figures.difference", "figures.holds", "checks.holds", "stamps.2.differs"):
        area = areas.names[f"modelgen.{name}"]
        cells[area.sheet, area.row, area.column] = "=1*1"
    cells |= {(one, area.row, area.column): "=3" for one, area in areas.areas[STATUS_CELL].items()}
    totals = [key for area in areas.areas[TOTALS].values() for key in area.cells()]
    cells[next(key for key in totals if key in areas.formulas)] = "=4"
    typed_in = {(sheet, f"{get_column_letter(c)}{row}"): v for (sheet, row, c), v in cells.items()}
    read = snapshot(lexington.path)
    for (name, row, column), value in cells.items():
        formulas = next(one for one in read["sheets"] if one["name"] == name)["formulas"]
        width = max(len(formulas[0]), column)
        formulas += [[""] * width for _ in range(row - len(formulas))]
        formulas[row - 1] += [""] * (column - len(formulas[row - 1]))
        formulas[row - 1][column - 1] = value
    (tmp_path / "read.json").write_text(json.dumps(read), encoding="utf-8")
    found = run_node(str(SCRIPTS / "session.mjs"), str(tmp_path / "read.json"))["overtyped"]
    verdict = check(typed(lexington.path, tmp_path / "typed.xlsx", typed_in))
    assert len(verdict.overtyped) == len(cells)
    expected = {(one.cell, one.id, one.now) for one in verdict.overtyped}
    assert {(_cell(one["key"]), one["id"], one["now"]) for one in found} == expected


@pytest.mark.slow
@needs_node
@pytest.mark.parametrize("deal", ["buckle-2024q3", "granite-2026q1", "harbor-2026"])
def test_nothing_is_overtyped_in_what_was_just_built(deal: str, tmp_path: Path) -> None:
    read = _read(build(deal, tmp_path / "built.xlsx").path, tmp_path)
    built = run_node(str(SCRIPTS / "session.mjs"), str(read))
    assert built["overtyped"] == built["lost"] == built["apart"] == [] and built["unread"] == 0


@pytest.mark.slow
@needs_node
@needs_libreoffice
def test_the_pane_finds_everything_after_sheets_were_moved(small: Built, tmp_path: Path) -> None:
    first, *_, last = (name for name, sheet in small.model.sheets.items() if sheet.timeline)
    steps = [insert_rows(first, 8, 2), insert_columns(first, 2), rename(first, "Other name")]
    steps += [move("Other name", 0), insert_rows(last, 7)]
    moved = edited(small.path, tmp_path / "moved.xlsx", steps)
    found = run_node(str(SCRIPTS / "session.mjs"), str(_read(moved, tmp_path)))
    assert found["overtyped"] == found["lost"] == found["apart"] == [] and found["unread"] == 0


@needs_node
def test_the_pane_says_why_it_cannot_read_a_workbook(small: Built, tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    openpyxl.Workbook().save(plain)
    script = str(SCRIPTS / "session.mjs")
    assert "was not built by modelgen" in run_node(script, str(_read(plain, tmp_path)))["said"]
    saved = tmp_path / "saved.xlsx"
    openpyxl.load_workbook(small.path).save(saved)
    assert "no longer carries its model" in run_node(script, str(_read(saved, tmp_path)))["said"]


def _cell(key: dict[str, Any]) -> str:
    """A cell of the pane, which counts from 0, as a person writes it."""
    return a1((key["sheet"], key["row"] + 1, key["column"] + 1))


def _read(workbook: Path, folder: Path) -> Path:
    read = folder / "read.json"
    read.write_text(json.dumps(snapshot(workbook)), encoding="utf-8")
    return read


def _pane(workbook: Path, folder: Path, label: str) -> dict[str, Any]:
    """What tests/page/pane.mjs finds; every label on the workbook's map begins with `label`."""
    write(folder / "pane", ["excel"])
    read = snapshot(workbook)
    name, first, last = re.fullmatch(  # type: ignore[union-attr]
        r"=(\w+)!\$A\$(\d+):\$A\$(\d+)", read["names"]["modelgen.lines.label"]
    ).groups()
    (rows,) = (sheet["values"] for sheet in read["sheets"] if sheet["name"] == name)
    for row in rows[int(first) - 1 : int(last)]:
        row[0] = f"{label} {row[0]}"
    (folder / "read.json").write_text(json.dumps(read), encoding="utf-8")
    script, file = str(SCRIPTS / "pane.mjs"), str(folder / "read.json")
    found: dict[str, Any] = run_node(script, CHROMIUM, str(folder / "pane"), file)
    return found


@needs_node
@pytest.mark.skipif(
    _module("office-addin-mock") is None, reason="office-addin-mock is not installed (npm)"
)
def test_the_host_module_keeps_to_office() -> None:
    found = run_node(str(SCRIPTS / "host.mjs"))
    assert found["namespace"] == "urn:modelgen:model"
    assert found["read"]["carried"] == '{"version":1}'
    assert found["read"]["names"] == {"net_sales": "=Terms!$B$1"}
    assert found["read"]["sheets"][0]["formulas"] == [["a", "=1+1"]]
    assert found["active"] == {"sheet": "Terms", "row": 3, "column": 2}
    assert found["cell"] == [3, 2] and found["held"] == [[0.065]]
    assert found["moved"] == found["changed"] == "function" and found["selected"]


@pytest.mark.skipif(
    TSC is None or _module("@types/office-js") is None,
    reason="tsc (TypeScript) or @types/office-js is not installed",
)
def test_the_scripts_of_the_pane_are_typed() -> None:
    types = _module("@types/office-js")
    assert TSC is not None and types is not None
    command = [TSC, "-p", str(FOLDER / "pane" / "jsconfig.json"), "--typeRoots", str(types.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
