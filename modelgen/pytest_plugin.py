"""A pytest plugin: a fixture for models, built or opened once per session, with assertions that name the
figure.

    def test_the_deal_holds(modelgen_model):
        model = modelgen_model("my-deal")
        model.assert_holds()
        model.assert_value("total_debt", 71200, period="2027-06", within=0.5)

    def test_liquidity_survives_a_rise_in_rates(modelgen_model):
        model = modelgen_model("my-deal")
        assert min(model.recalc({"rates.shift": "1%"})["liquidity"]) > 0

`--modelgen-engine`, or `modelgen_engine` in pytest's configuration, chooses the engine that recalculates.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from modelgen.api.book import Book, PathLike, Result, Settings
    from modelgen.verdict import Verdict

ModelFactory = Callable[..., "TestedModel"]
ENGINE_OPTION = "modelgen_engine"


class TestedModel:
    """A workbook under test. Recalculations are cached: the same settings are computed once per session."""

    __test__ = False

    def __init__(self, book: "Book") -> None:
        self.book = book
        self._results: dict[tuple[str, ...], Result] = {}

    def __repr__(self) -> str:
        return f"<TestedModel {self.book.path.name}, engine {self.book.engine}>"

    def recalc(self, settings: "Settings" = ()) -> "Result":
        """The workbook with inputs set, by the session's engine. Raises as `modelgen.recalc` does."""
        key = _words(settings)
        if key not in self._results:
            self._results[key] = self.book.recalc(settings)
        return self._results[key]

    def verdict(self, settings: "Settings" = ()) -> "Verdict":
        """The verdict on the workbook with inputs set. Raises as `modelgen.recalc` does."""
        return self.recalc(settings).verdict

    def assert_holds(
        self, settings: "Settings" = (), *, alerts: bool = False, allow_overtyped: bool = False
    ) -> None:
        """Fails unless the model holds, listing what does not: for each figure, where it is printed, the
        published and computed values, and the difference. With `alerts`, an alert fails it too; with
        `allow_overtyped`, formulas that were overtyped or added do not.
        """
        __tracebackhide__ = True
        from dataclasses import replace

        verdict = replace(self._verdict(settings), overtyped_allowed=allow_overtyped)
        if not verdict.ok or (alerts and verdict.alerts):
            self._fail(str(verdict))

    def assert_ties(self, *lines: str, settings: "Settings" = ()) -> None:
        """Fails unless the figures of these lines tie, or all figures if no line is named. A line without a
        figure fails, and so does a model without figures.
        """
        __tracebackhide__ = True
        from modelgen.problem import did_you_mean

        verdict = self._verdict(settings)
        known = {tie.line for tie in verdict.ties}
        failures = [] if lines or known else ["the model has no figures: nothing ties"]
        for line in lines:
            if line not in known:
                hint = did_you_mean(line, known)
                failures.append(f"no figure ties to '{line}'{f' ({hint})' if hint else ''}")
        failures += [
            f"does not tie: {tie}" for tie in verdict.untied if not lines or tie.line in lines
        ]
        if failures:
            self._fail("\n".join(["", *(f"  {line}" for line in failures)]))

    def assert_value(
        self,
        id_: str,
        expected: float | str | date,
        *,
        period: str | None = None,
        within: float = 0.0,
        settings: "Settings" = (),
    ) -> None:
        """Fails unless the value of an input or line (for a row, in a period) is `expected`, to within an
        absolute difference.
        """
        __tracebackhide__ = True
        from modelgen.problem import ModelgenError
        from modelgen.series import plain

        try:
            series = self.recalc(settings)[id_]
            found = series[period] if period is not None else series.value
        except (ModelgenError, ValueError) as error:
            refused = str(error)
        else:
            refused = ""
        if refused:  # outside the except clause, so that no second traceback is shown
            self._fail(refused)
        wanted = expected.isoformat() if isinstance(expected, date) else expected
        off = ""
        if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
            difference = float(found) - float(wanted)
            if abs(difference) <= within:
                return
            # If both round to the same text, all their digits are shown.
            if plain(float(found)) == plain(float(wanted)):
                found, wanted = repr(float(found)), repr(float(wanted))
            else:
                found, wanted = plain(float(found)), plain(float(wanted))
            allowed = f", allowed {plain(float(within))}" if within else ""
            off = f", difference {plain(difference)}{allowed} ({series.unit})"
        elif found == wanted:
            return
        where = f" in {period}" if period else ""
        self._fail(f"{id_}{where} is {found}, expected {wanted}{off}")

    def _verdict(self, settings: "Settings") -> "Verdict":
        """The verdict; an invalid setting, or a workbook that cannot be read, fails the test."""
        __tracebackhide__ = True
        from modelgen.problem import ModelgenError

        try:
            return self.verdict(settings)
        except ModelgenError as error:
            refused = str(error)
        return self._fail(refused)

    def _fail(self, message: str) -> NoReturn:
        """Fails the test at its own line, without the plugin's traceback."""
        __tracebackhide__ = True
        pytest.fail(f"{self.book.path.name}: {message}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --modelgen-engine, and modelgen_engine in pytest's configuration."""
    words = "the engine that recalculates workbooks under test: formulas (the default), ironcalc, libreoffice"
    parser.getgroup("modelgen").addoption("--modelgen-engine", default=None, help=words)
    parser.addini(ENGINE_OPTION, words, default="formulas")


@pytest.fixture(scope="session")
def modelgen_model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ModelFactory:
    """A function that returns a model under test: a deal (name or folder) is built, with settings, scenario
    and overlays; a workbook (.xlsx) is opened. Each model is made once per session; a workbook that has
    changed since is opened again.
    """
    config = request.config
    engine = str(config.getoption("--modelgen-engine") or config.getini(ENGINE_OPTION))
    made: dict[object, TestedModel] = {}

    def model(
        what: "PathLike",
        settings: "Settings" = (),
        *,
        scenario: str | None = None,
        overlays: Sequence["PathLike"] = (),
    ) -> TestedModel:
        __tracebackhide__ = True
        from modelgen.problem import ModelgenError

        key = (_known(what), _words(settings), scenario, tuple(_known(o) for o in overlays))
        if key in made:
            return made[key]
        try:
            made[key] = TestedModel(_made(what, settings, scenario, overlays))
        except ModelgenError as error:
            refused = str(error)
        else:
            return made[key]
        pytest.fail(refused)

    def _made(
        what: "PathLike",
        settings: "Settings",
        scenario: str | None,
        overlays: Sequence["PathLike"],
    ) -> "Book":
        import modelgen
        from modelgen.problem import fail

        if _is_workbook(what):
            if settings or scenario or overlays:
                raise fail(
                    f"{what} is opened, not built: it takes no settings, scenario or overlays here",
                    hint="give settings to recalc, assert_holds, assert_ties or assert_value",
                )
            return modelgen.open(what, engine=engine)
        target = tmp_path_factory.mktemp("modelgen") / f"{Path(what).resolve().name}.xlsx"
        built = modelgen.build(what, target, settings, scenario=scenario, overlays=overlays)
        return modelgen.open(built.path, engine=engine)

    return model


def _is_workbook(what: "PathLike") -> bool:
    return Path(what).suffix.lower() == ".xlsx"


def _known(what: "PathLike") -> tuple[object, ...]:
    """What a model is known by in a session: its path, and of a file when it was written."""
    path = Path(what)
    if not path.exists():
        return (str(what),)
    state = path.stat()
    return (str(path.resolve()), *((state.st_mtime_ns, state.st_size) if path.is_file() else ()))


def _words(settings: "Settings") -> tuple[str, ...]:
    """Settings as they are typed."""
    from modelgen.text.setting import settings_of

    return tuple(str(setting) for setting in settings_of(settings))
