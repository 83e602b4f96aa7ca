"""The commands as tools of the Model Context Protocol, by the SDK's own client over stdio."""

import json
import os
import re
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import openpyxl
import pytest
from mcp import Client, StdioServerParameters

from modelgen.mcp.words import named
from tests.conftest import ROOT, SMALL

DEAL = "lexington-2006q1"


def talk(root: Path, say: Callable[[Client], Awaitable[Any]]) -> Any:
    """What comes of a talk with a server that is confined to a folder."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "modelgen", "mcp", str(root)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    async def talked() -> Any:
        async with Client(server) as client:
            return await say(client)

    return anyio.run(talked)


async def answer(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.structured_content
    return "\n".join(part.text for part in result.content if part.type == "text")


def test_the_tools_are_few_and_each_says_what_it_does(tmp_path: Path) -> None:
    async def say(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = talk(tmp_path, say)
    page = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(named) == sorted(tool.name for tool in tools) and len(tools) <= 12
    for tool in tools:
        assert len(tool.description) > 40 and tool.input_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False


def test_a_deal_is_built_recalculated_traced_and_compared(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "small")

    async def say(client: Client) -> Any:
        built = await answer(client, "build", deal="small", file="a.xlsx")
        again = await answer(
            client, "build", deal="small", file="b.xlsx", assumptions=["growth=3%"]
        )
        values = await answer(client, "recalc", file="a.xlsx", ids=["growth"])
        traced = await answer(client, "trace", file="a.xlsx", cell="growth")
        apart = await answer(client, "diff", first="a.xlsx", second="b.xlsx")
        swept = await answer(
            client, "sweep", deal="small", vary=["growth=0%:4%:1%"], outputs=["sales"]
        )
        return built, again, values, traced, apart, swept

    built, again, values, traced, apart, swept = talk(tmp_path, say)
    assert built["exit_code"] == 0 and built["result"]["ok"]
    assert (tmp_path / "a.xlsx").is_file() and again["result"]["ok"]
    assert "0.02" in json.dumps(values["result"])
    assert (traced["result"]["name"], traced["result"]["value"]) == ("growth", 0.02)
    assert apart["exit_code"] == 1
    assert [change["id"] for change in apart["result"]["inputs"]] == ["growth"]
    assert swept["result"]["scenarios"] == 5


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("build", {"deal": "../elsewhere"}),
        ("build", {"deal": DEAL, "file": "../out.xlsx"}),
        ("check", {"file": "/etc/passwd"}),
        ("diff", {"first": "link.xlsx", "second": "link.xlsx"}),
        ("ingest", {"files": ["a.html", "../a.html"]}),
        ("coverage", {"deal": DEAL, "source": "~/../../etc/passwd"}),
    ],
)
def test_paths_stay_in_the_folder(tool: str, arguments: dict[str, Any], tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "out.xlsx").write_bytes(b"")
    (root / "link.xlsx").symlink_to(tmp_path / "out.xlsx")

    async def say(client: Client) -> Any:
        return await refusal(client, tool, **arguments)

    said = talk(root, say)
    assert "is outside the folder" in said and "Traceback" not in said


def test_what_cannot_be_done_is_a_sentence_and_an_option_is_no_way_in(tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("Roses are red\n", encoding="utf-8")

    async def say(client: Client) -> Any:
        return [
            await refusal(client, "ingest", files=["poem.txt"]),
            await refusal(client, "build", deal="no-such-deal"),
            await refusal(client, "build", deal=DEAL, assumptions=["no_such_input=1"]),
            await refusal(client, "check", file="--help"),
            await refusal(client, "recalc", file="poem.txt"),
        ]

    poem, deal, unknown, option, text = talk(tmp_path, say)
    assert "holds no table of numbers" in poem
    assert "no-such-deal" in deal and "no_such_input" in unknown
    assert "--help" in option and "Usage" not in option
    assert "poem.txt" in text
    assert not any("Traceback" in said for said in (poem, deal, unknown, option, text))


def test_an_argument_that_a_tool_does_not_have_is_refused(tmp_path: Path) -> None:
    async def say(client: Client) -> Any:
        return [
            await refusal(client, "recalc", file="a.xlsx", set=["growth=3%"]),
            await refusal(client, "recalc", file="a.xlsx", id=["growth"]),
            await refusal(client, "shipped", all=True),
            await refusal(client, "diff", first="a.xlsx"),
            await refusal(client, "recalc", file="a.xlsx", ids=3),
        ]

    option, near, none, missing, kind = talk(tmp_path, say)
    takes = "is not an argument of recalc: it takes file, assumptions, ids"
    assert option == f"'set' {takes}; did you mean 'assumptions'?"
    assert near == f"'id' {takes}; did you mean 'ids'?"
    assert none == "'all' is not an argument of shipped: it takes none"
    assert missing == "diff needs 'second': it takes first, second"
    assert kind.startswith("'ids' of recalc: ") and "pydantic" not in kind


def test_errors_name_arguments_and_no_options(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    bare = openpyxl.Workbook()
    bare.save(tmp_path / "bare.xlsx")

    async def say(client: Client) -> Any:
        return [
            await refusal(client, "roll", deal="small", folder="next"),
            await refusal(client, "verify", deal="small", engines=["abacus"]),
            await refusal(client, "sweep", deal="small", vary=["growth"]),
            await refusal(client, "trace", file="bare.xlsx", cell="a", depth=-1),
            await refusal(client, "build", deal="small", assumptions=["growth=900%"]),
            await refusal(client, "pull", file="bare.xlsx"),
        ]

    said = talk(tmp_path, say)
    assert not any("--" in one or "Usage" in one or "modelgen roll" in one for one in said), said
    rolled, verified, swept, *_ = said
    assert "filing, or quarter and figures" in rolled
    assert "'engines'" in verified and "'vary'" in swept


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("x is odd (name it with --deal)", "x is odd (name it with deal)"),
        ("x is out of range (--force sets it anyway)", "x is out of range"),
        ("a.yaml:1:1: odd\n    x: 1\n    ^^  --force it", "a.yaml:1:1: odd\n    x: 1\n    ^^"),
        (
            "no file /a/--set, fix it with --set a=1",
            "no file /a/--set, fix it with assumptions a=1",
        ),
    ],
)
def test_options_are_said_as_arguments(printed: str, said: str) -> None:
    assert named(printed, ["file", "deal", "assumptions"]) == said


def test_answers_hold_counts_and_what_fails(tmp_path: Path) -> None:
    async def say(client: Client) -> Any:
        built = await answer(client, "build", deal=DEAL, file="a.xlsx")
        short = await answer(client, "check", file="a.xlsx")
        full = await answer(client, "check", file="a.xlsx", everything=True)
        some = await answer(client, "recalc", file="a.xlsx", ids=["net_sales"])
        return built, short, full, some

    built, short, full, some = talk(tmp_path, say)
    ties, checks = full["result"]["tieouts"], full["result"]["checks"]
    expected = [check for check in checks if not check["holds"]]
    for found in (built["result"]["verdict"], short["result"], some["result"]):
        assert found["tieouts"] == [] and found["checks"] == expected
        assert (found["counts"]["tieouts"], found["counts"]["checks"]) == (len(ties), len(checks))
        assert found["counts"]["tieouts_that_tie"] == len(ties) > 10
    assert list(some["result"]["lines"]) == ["net_sales"]
    assert all(len(json.dumps(one)) < 8_000 for one in (built, short, some))
