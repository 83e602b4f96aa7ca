"""Workbooks for programs: read when first needed, recalculated, checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelgen.series import Series, unknown
from modelgen.text.setting import Setting, Typed
from modelgen.verdict import Verdict
from modelgen.workbook.engines import DEFAULT, Report

if TYPE_CHECKING:  # a build does not need the modules that read workbooks
    from modelgen.workbook.recalculate import Recalculation, Workbook

PathLike = str | Path
Settings = Mapping[str, Typed] | Sequence[Setting]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote. `proof` names the engine that computed every cell alike, None if the proof was
    skipped.
    """

    deal: str
    sheets: int
    formulas: int
    proof: str | None
    seconds: float


class Book:
    """A workbook, which is read when first needed.

    >>> book = Book(workbook, engine="ironcalc")
    >>> book.recalc({"loan": 2400})["closing"]["2021-03"]
    2300.0
    """

    def __init__(self, path: PathLike, engine: str = DEFAULT) -> None:
        self.path, self.engine = Path(path), engine
        self.report: BuildReport | None = None
        self._built: tuple[tuple[int, int], Verdict] | None = None

    def __repr__(self) -> str:
        return f"<Book {self.path.name}, engine {self.engine}>"

    @cached_property
    def workbook(self) -> "Workbook":
        """The workbook, loaded into its engine."""
        from modelgen.workbook.recalculate import Workbook

        return Workbook(self.path, self.engine)

    @property
    def verdict(self) -> Verdict:
        """The verdict: for a workbook just built, the evaluator's; otherwise the engine's on the file."""
        if self._built is not None and self._built[0] == self._state():
            return self._built[1]
        return self.check()

    def built_as(self, verdict: Verdict) -> None:
        """Keeps the verdict of the build that just wrote the file, for as long as nobody changes it."""
        self._built = (self._state(), verdict)

    def _state(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size

    def recalc(
        self, settings: Settings = (), *, force: bool = False, progress: Report | None = None
    ) -> "Result":
        """Recalculates the workbook with inputs set: see `recalc`."""
        return Result(self.workbook.recalculate(settings, progress, force))

    def check(
        self,
        settings: Settings = (),
        *,
        force: bool = False,
        allow_overtyped: bool = False,
        progress: Report | None = None,
    ) -> Verdict:
        """The verdict on the workbook: see `check`."""
        from modelgen.workbook.verdict import verdict_of

        return verdict_of(self.workbook.recalculate(settings, progress, force), allow_overtyped)


class Result:
    """A recalculated workbook: inputs and lines by id, and the verdict."""

    def __init__(self, found: "Recalculation") -> None:
        self.recalculation = found

    def __getitem__(self, id_: str) -> Series:
        """The series of an input or a line. Raises UnknownNameError, a KeyError, with the nearest name."""
        entry = self.recalculation.directory.find(id_)
        if entry is None:
            raise unknown("an input or a line", id_, self.ids())
        return Series(
            id_,
            entry.label,
            entry.unit,
            tuple(self.recalculation.period(end) or "" for end in entry.ends),
            tuple(self.recalculation.shown(cell, entry.is_date) for cell in entry.cells),
        )

    def ids(self) -> list[str]:
        """The ids of all inputs and lines."""
        return self.recalculation.directory.ids()

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids())

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self.recalculation.directory.find(id_) is not None

    def __len__(self) -> int:
        return len(self.ids())

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the workbook with these inputs."""
        from modelgen.workbook.verdict import verdict_of

        return verdict_of(self.recalculation)

    def save(self, target: PathLike) -> Path:
        """Writes a copy of the workbook with these inputs and values, and everything else unchanged."""
        from modelgen.workbook.recalculate import save

        save(self.recalculation, Path(target))
        return Path(target)

    def as_json(self, wanted: Sequence[str] = ()) -> dict[str, Any]:
        """The whole result as plain data, the format of `recalc --json`."""
        return {**self.recalculation.report(wanted), **self.verdict.as_json()}

    def __repr__(self) -> str:
        name = self.recalculation.contents.path.name
        return f"<Result {name} by {self.recalculation.engine}: {len(self.ids())} inputs and lines>"
