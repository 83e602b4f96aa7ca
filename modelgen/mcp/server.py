"""The tools: each runs a command of modelgen in a process of its own and answers with the JSON it prints.

A process of its own keeps the protocol's stdout clean, a crash apart, and memory bounded; it starts in a
twentieth of a second.
"""

import inspect
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from mcp.types import Tool as Listed
from pydantic import ValidationError

from modelgen import __version__
from modelgen.cli.show import FAILED
from modelgen.mcp.brief import brief
from modelgen.mcp.confined import Confined
from modelgen.mcp.words import named, refused
from modelgen.problem import ModelError

_LONGEST = 900  # seconds of a command
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
_ABOUT = """\
Financial models from text: a DEAL is a folder with a deal.yaml or the name of one that ships (see list);
build makes its live Excel workbook, a FILE. Lines and inputs have ids; periods are written 2007-03 or as
their last day; an assumption is set by ID=VALUE or ID@2007-03=VALUE. Paths are within one folder. Exit
code 0: done; 1: done, and a check failed or something needs review."""


Tool = Callable[..., Awaitable["Answer"]]


class Answer(TypedDict):
    """A command's exit code, 0 or 1, and the JSON that it printed."""

    exit_code: int
    result: Any


class Tools:
    """The tools, each a command of modelgen, within a folder."""

    def __init__(self, root: Path) -> None:
        self._within = Confined(root.resolve())

    async def _run(self, command: str, *arguments: str) -> Answer:
        known = list(inspect.signature(getattr(self, command, self.shipped)).parameters)
        return await _ran(self._within.root, known, command, *arguments)

    def _path(self, text: str) -> str:
        return _held(self._within.path, text)

    def _deal(self, text: str) -> str:
        return _held(self._within.deal, text)

    def _output(self, text: str | None) -> Sequence[str]:
        return (f"--output={self._path(text)}",) if text else ()

    async def shipped(self) -> Answer:
        """List the deals, templates and modules that ship."""
        return await self._run("list")

    async def ingest(self, files: list[str], folder: str | None = None) -> Answer:
        """Read filings or releases (HTML, text, PDF): each numeral of their tables with label, value in whole
        units, unit, period and what is doubtful. With folder, write a deal of their statements there.
        """
        return await self._run("ingest", *map(self._path, files), *self._output(folder))

    async def build(
        self,
        deal: str,
        file: str | None = None,
        scenario: str | None = None,
        assumptions: list[str] | None = None,
        overlays: list[str] | None = None,
        everything: bool = False,
    ) -> Answer:
        """Build the workbook of a deal, with some assumptions (ID=VALUE) and overlay files, and prove it:
        counts and what fails, or with everything each tie-out and check.
        """
        chosen = [f"--scenario={scenario}"] if scenario else []
        laid = [f"--with={self._path(overlay)}" for overlay in overlays or ()]
        answer = await self._run(
            "build", self._deal(deal), *self._output(file), *chosen, *_set(assumptions), *laid
        )
        if not everything:
            answer["result"]["verdict"] = brief(answer["result"]["verdict"])
        return answer

    async def check(
        self, file: str, assumptions: list[str] | None = None, everything: bool = False
    ) -> Answer:
        """Recalculate a workbook and report tie-outs and checks that fail, counts of all, and formulas that
        were overtyped; with everything, each tie-out and check.
        """
        answer = await self._run("check", self._path(file), *_set(assumptions))
        return answer if everything else _short(answer)

    async def recalc(
        self, file: str, assumptions: list[str] | None = None, ids: list[str] | None = None
    ) -> Answer:
        """Recalculate a workbook with some assumptions; the values of all lines and inputs, or of some ids:
        then of tie-outs and checks counts and those that fail.
        """
        wanted = [f"--get={id_}" for id_ in ids or ()]
        answer = await self._run("recalc", self._path(file), *_set(assumptions), *wanted)
        return _short(answer) if ids else answer

    async def trace(
        self,
        file: str,
        cell: str,
        period: str | None = None,
        depth: int | None = None,
        dependents: bool = False,
    ) -> Answer:
        """The tree of a number, an id or Sheet!A1: formulas in names, values, the source of each input."""
        when = [f"--period={period}"] if period else []
        deep = [f"--depth={depth}"] if depth else []
        which = ["--dependents"] if dependents else []
        return await self._run("trace", *when, *deep, *which, self._path(file), "--", cell)

    async def diff(self, first: str, second: str) -> Answer:
        """Compare two workbooks: what differs, and which changed input moved what."""
        return await self._run("diff", self._path(first), self._path(second))

    async def pull(self, file: str, overlay: str | None = None, deal: str | None = None) -> Answer:
        """Read an edited workbook back: inputs that changed, as an overlay that build takes."""
        of = [f"--deal={self._deal(deal)}"] if deal else []
        return await self._run("pull", self._path(file), *self._output(overlay), *of)

    async def roll(
        self,
        deal: str,
        folder: str,
        filing: str | None = None,
        quarter: str | None = None,
        figures: str | None = None,
    ) -> Answer:
        """Roll a deal forward by a quarter into a folder: one that ingest wrote by its next filing, others
        by the quarter (2006q2) and a table of its figures. The workbook compares forecast with actual.
        """
        if not (filing or (quarter and figures)):
            raise ToolError("roll needs filing, or quarter and figures")
        to = [f"--to={quarter}"] if quarter else []
        table = [f"--figures={self._path(figures)}"] if figures else []
        of = [self._path(filing)] if filing else []
        return await self._run("roll", self._deal(deal), *of, *to, *table, *self._output(folder))

    async def sweep(
        self,
        deal: str,
        vary: list[str],
        paths: int | None = None,
        seed: int | None = None,
        outputs: list[str] | None = None,
        events: list[str] | None = None,
        assumptions: list[str] | None = None,
    ) -> Answer:
        """Compute a deal under many scenarios: vary ID=SPEC (a list 'ID=0%, 1%', a range 'ID=0%:4%:1%', a
        law such as 'ID=normal(2%, 1%)'); outputs are ids, events conditions such as 'liquidity < 1000'.
        """
        varied = [f"--vary={spec}" for spec in vary]
        drawn = [
            *((f"--paths={paths}",) if paths is not None else ()),
            *((f"--seed={seed}",) if seed is not None else ()),
        ]
        wanted = [f"--outputs={','.join(outputs)}"] if outputs else []
        events_ = [f"--event={event}" for event in events or ()]
        return await self._run(
            "sweep", self._deal(deal), *varied, *drawn, *wanted, *events_, *_set(assumptions)
        )

    async def verify(self, deal: str, engines: list[str] | None = None) -> Answer:
        """Compare every cell of a deal's workbook, evaluator against engines."""
        return await self._run(
            "verify", self._deal(deal), *(f"--engine={name}" for name in engines or ())
        )

    async def coverage(self, deal: str, source: str) -> Answer:
        """Whether every numeral that a source prints is a figure, an anomaly or excluded."""
        return await self._run("coverage", self._deal(deal), f"--source={self._path(source)}")


class _Strict(MCPServer[Any]):
    """A server whose tools take the arguments that they have and no others: one that is dropped would be a
    wrong answer that looks right.
    """

    async def list_tools(self) -> list[Listed]:
        """The tools, each with a schema that admits no other arguments."""
        return [
            tool.model_copy(
                update={"input_schema": {**tool.input_schema, "additionalProperties": False}}
            )
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Calls a tool. Raises ToolError, in sentences: also for arguments that the tool does not take."""
        for tool in await self.list_tools():
            if tool.name == name:
                schema = tool.input_schema
                known, needed = list(schema.get("properties", ())), schema.get("required", ())
                if said := refused(name, list(arguments), known, needed):
                    raise ToolError(said)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = [
                f"'{'.'.join(map(str, one['loc']))}' of {name}: {one['msg']}"
                for one in error.__cause__.errors()
            ]
            raise ToolError("\n".join(wrong)) from None


def server_of(root: Path) -> MCPServer[Any]:
    """A server whose tools read and write within a folder."""
    tools = Tools(root)
    server: MCPServer[Any] = _Strict(
        "modelgen", instructions=_ABOUT, version=__version__, log_level="ERROR"
    )
    reading: tuple[Tool, ...] = (
        *(tools.shipped, tools.check, tools.recalc, tools.trace, tools.diff, tools.sweep),
        *(tools.verify, tools.coverage),
    )
    writing: tuple[Tool, ...] = (tools.ingest, tools.build, tools.pull, tools.roll)
    for tool in reading + writing:
        server.add_tool(tool, annotations=_READS if tool in reading else _WRITES)
    return server


def _held(confine: Callable[[str], str], text: str) -> str:
    try:
        return confine(text)
    except ModelError as error:
        raise ToolError(str(error)) from None


def _set(assumptions: list[str] | None) -> list[str]:
    return [f"--set={text}" for text in assumptions or ()]


def _short(answer: Answer) -> Answer:
    return Answer(exit_code=answer["exit_code"], result=brief(answer["result"]))


async def _ran(root: Path, known: Sequence[str], command: str, *arguments: str) -> Answer:
    """The answer of a command. Raises ToolError with the sentences that it printed, in the names of the
    tool's arguments: bad input, a missing engine, or a command that takes too long.
    """
    at = arguments.index("--") if "--" in arguments else len(arguments)
    words = [command, *arguments[:at], "--json", *arguments[at:]]
    try:
        with anyio.fail_after(_LONGEST):
            done = await anyio.run_process(
                [sys.executable, "-m", "modelgen", *words],
                check=False,
                cwd=root,
                stdin=subprocess.DEVNULL,
            )
    except TimeoutError:
        raise ToolError(f"{command} took more than {_LONGEST} seconds and was ended") from None
    if done.returncode > FAILED or not done.stdout.strip():
        said = named(done.stderr.decode("utf-8", "replace"), known)
        raise ToolError(said or f"{command} failed")
    return Answer(exit_code=done.returncode, result=json.loads(done.stdout))
