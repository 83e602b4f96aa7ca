"""The JSON Schema that editors use admits every text that ships, and refuses what people mistype."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from modelgen.api.deals import schema
from modelgen.cli.main import cli
from modelgen.problem import ModelError
from modelgen.text.folders import shipped_folder
from tests.conftest import ROOT, SMALL

DEALS = sorted([*shipped_folder().glob("*/deal.yaml"), *(ROOT / "tests/deals").rglob("deal.yaml")])
OTHERS = sorted(
    path
    for folder in (shipped_folder(), ROOT / "tests" / "deals")
    for path in folder.rglob("*.yaml")
    if path not in DEALS
)


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: numbers and true and false are typed, dates are texts (YAML 1.2)."""


EditorLoader.yaml_implicit_resolvers = {
    sign: [
        (tag, pattern) for tag, pattern in found if tag.endswith(("int", "float", "bool", "null"))
    ]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:str", re.compile("^(y|n|yes|no|on|off)$", re.IGNORECASE), list("yYnNoO")
)


def texted(value: Any) -> Any:
    """The value with texts for keys, as JSON has them."""
    if isinstance(value, dict):
        return {str(key): texted(below) for key, below in value.items()}
    return [texted(below) for below in value] if isinstance(value, list) else value


def read(text: str) -> Any:
    return texted(yaml.load(text, Loader=EditorLoader))  # a safe loader


@cache
def validator(deal: str | None) -> Draft202012Validator:
    found = schema(deal)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(json.loads(json.dumps(found)))


def wrong(text: str, deal: str | None) -> list[str]:
    """Where a text is refused, by paths in it."""
    found = validator(deal).iter_errors(read(text))
    return sorted("/".join(map(str, error.absolute_path)) for error in found)


@pytest.mark.parametrize("path", DEALS, ids=lambda path: path.parent.name)
def test_a_deal_fits_its_own_schema(path: Path) -> None:
    try:
        validator(str(path.parent))
    except ModelError as error:
        pytest.fail(f"the deal cannot be read: {error}")
    assert wrong(path.read_text(encoding="utf-8"), str(path.parent)) == []


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_or_module_fits_the_schema_of_all(path: Path) -> None:
    assert wrong(path.read_text(encoding="utf-8"), None) == []


TEXT = (SMALL / "deal.yaml").read_text(encoding="utf-8")
MISTAKES = {
    "a key": ("company: Small", "compny: Small", ["", ""]),
    "a key of an input": ("{label: Growth a quarter, unit", "{label: Growth a quarter, uni", ["sections/0/inputs/growth"] * 2),
    "an input": ("growth: {value", "growht: {value", ["assumptions"]),
    "a unit": ("costs: {label: Costs, unit: money", "costs: {label: Costs, unit: monney", ["sections/6/lines/costs/unit"]),
    "a sheet": ("sheet: Model\n    heading: Result", "sheet: Modell\n    heading: Result", ["sections/6/sheet"]),
    "a set": ("for_each: shop\n    inputs", "for_each: shops\n    inputs", ["sections/1/for_each"]),
    "a set with members": ("  shop:\n", "  shops:\n", ["sets"]),
    "a style": ("'= sales - costs + interest_expense', style: total", "'= sales - costs + interest_expense', style: bold", ["sections/6/lines/result/style"]),
    "a step": ("step: month,", "step: week,", ["timelines/monthly/step"]),
    "a status": ("growth: {value: 2%, status: judgement", "growth: {value: 2%, status: guess", ["assumptions/growth"]),
    "a range of one": ("range: [-50%, 50%]", "range: [-50%]", ["sections/0/inputs/growth/range"]),
    "a date": ("as_of: 2021-07-15", "as_of: [2021]", ["as_of"]),
    "no company": ("company: Small Company\n", "", [""]),
}  # fmt: skip


@pytest.mark.parametrize("what", list(MISTAKES))
def test_a_mistake_is_refused_where_it_stands(what: str) -> None:
    old, new, places = MISTAKES[what]
    assert TEXT.count(old) == 1
    assert wrong(TEXT.replace(old, new), str(SMALL)) == places


@pytest.mark.parametrize(
    "value",
    ["5%", "120", "[4%, 3]", "{2021-05-31: 4%}", "{FY2021: 3}", "{values: [1, 2], basis: A plan}", "{value: 1, at: 'report:7'}"],
)  # fmt: skip
def test_short_values_fit(value: str) -> None:
    text = TEXT.replace("growth: {value: 2%, status: judgement, basis: A view}", f"growth: {value}")
    assert wrong(text, str(SMALL)) == []


def test_it_describes_inputs_and_the_columns_of_tables() -> None:
    found = schema(SMALL)
    values = found["properties"]["values"]["properties"]
    assert values["growth"]["description"] == "Growth a quarter, fraction, from -50% to 50%"
    assert (
        values["east.sales"]["description"] == "East: Shops, EUR thousand, actual values by period"
    )
    fields = {field["name"]: field for field in found["x-tables"]["figures"]["fields"]}
    assert list(fields)[:3] == ["line", "printed", "at"]
    assert "costs" in fields["line"]["constraints"]["enum"]


def test_the_command_writes_it_and_says_the_editors_line(tmp_path: Path) -> None:
    target = tmp_path / "schema.json"
    done = CliRunner().invoke(cli, ["schema", str(SMALL), "-o", str(target)])
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        f"Wrote {target}. Let deal.yaml begin with this line (the path is seen from the file):",
        "# yaml-language-server: $schema=schema.json",
    ]
    assert json.loads(target.read_text(encoding="utf-8")) == schema(SMALL)
    done = CliRunner().invoke(cli, ["schema"])
    assert json.loads(done.output) == schema()


def test_a_deal_that_cannot_be_read_has_no_schema(tmp_path: Path) -> None:
    (tmp_path / "deal.yaml").write_text("name: x\nuses: [nothing]\n", encoding="utf-8")
    with pytest.raises(ModelError, match="there is no module 'nothing'"):
        schema(tmp_path)
