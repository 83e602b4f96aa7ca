"""A pytest plugin: a model as a fixture, built or opened once a session, and assertions that name the figure.

    def test_the_deal_holds(modelgen_model):
        model = modelgen_model("my-deal")
        model.assert_holds()
        model.assert_value("total_debt", 71200, period="2027-06", within=0.5)

    def test_a_rise_of_rates_is_borne(modelgen_model):
        model = modelgen_model("my-deal")
        assert min(model.recalc({"rates.shift": "1%"})["liquidity"]) > 0

`--modelgen-engine` chooses the engine that recalculates, formulas unless said.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from modelgen.api.book import Book, PathLike, Result, Settings
    from modelgen.verdict import Verdict

ModelFactory = Callable[..., "TestedModel"]


class TestedModel:
    """A workbook under test. Recalculations are kept: the same settings are computed once a session."""

    __test__ = False

    def __init__(self, book: "Book") -> None:
        self.book = book
        self._results: dict[str, Result] = {}

    def recalc(self, settings: "Settings" = ()) -> "Result":
        """The workbook with inputs set, by the session's engine."""
        from modelgen.text.setting import settings_of

        key = json.dumps([str(setting) for setting in settings_of(settings)])
        if key not in self._results:
            self._results[key] = self.book.recalc(settings)
        return self._results[key]

    def verdict(self, settings: "Settings" = ()) -> "Verdict":
        """What ties and holds."""
        return self.recalc(settings).verdict

    def assert_holds(self, settings: "Settings" = (), *, alerts: bool = False) -> None:
        """Fails unless the model holds, with what does not: each figure, where it is printed, published and
        computed, and the difference. With `alerts`, an alert fails it too.
        """
        verdict = self.verdict(settings)
        if not verdict.ok or (alerts and verdict.alerts):
            pytest.fail(f"{self.book.path.name}: {verdict}", pytrace=False)

    def assert_ties(self, *lines: str, settings: "Settings" = ()) -> None:
        """Fails unless the figures of these lines tie, all figures where none are named. A line without a
        figure fails: it ties to nothing.
        """
        verdict = self.verdict(settings)
        known = {tie.line for tie in verdict.ties}
        without = [line for line in lines if line not in known]
        broken = [str(tie) for tie in verdict.untied if not lines or tie.line in lines]
        said = [f"no figure ties to '{line}'" for line in without] + broken
        if said:
            pytest.fail("\n".join([f"{self.book.path.name}:", *said]), pytrace=False)

    def assert_value(
        self,
        id_: str,
        expected: float | str | date,
        *,
        period: str | None = None,
        within: float = 0.0,
        settings: "Settings" = (),
    ) -> None:
        """Fails unless an input or line is `expected`, within an absolute difference; a row, in a period."""
        series = self.recalc(settings)[id_]
        found = series[period] if period is not None else series.value
        wanted = expected.isoformat() if isinstance(expected, date) else expected
        numbers = isinstance(found, (int, float)) and isinstance(wanted, (int, float))
        if numbers and abs(float(found) - float(wanted)) <= within:  # type: ignore[arg-type]
            return
        if found == wanted:
            return
        off = f", difference {float(found) - float(wanted):,.6g}" if numbers else ""  # type: ignore[arg-type]
        where = f" in {period}" if period else ""
        pytest.fail(
            f"{self.book.path.name}: {id_}{where} is {found!r}, expected {wanted!r}{off} ({series.unit})",
            pytrace=False,
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --modelgen-engine."""
    group = parser.getgroup("modelgen")
    group.addoption(
        "--modelgen-engine",
        default="formulas",
        help="the engine that recalculates workbooks under test: formulas, ironcalc, libreoffice",
    )


@pytest.fixture(scope="session")
def modelgen_model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ModelFactory:
    """A function that gives a model under test: a deal (name or folder), which is built, or a workbook
    (.xlsx), which is opened; with settings, scenario and overlays for a build. The same model is made once a
    session.
    """
    import modelgen.api.deals
    import modelgen.api.workbooks

    engine = str(request.config.getoption("--modelgen-engine"))
    made: dict[str, TestedModel] = {}

    def model(
        what: "PathLike",
        settings: "Settings" = (),
        *,
        scenario: str | None = None,
        overlays: Sequence["PathLike"] = (),
    ) -> TestedModel:
        from modelgen.text.setting import settings_of

        given = settings_of(settings)
        key = repr((str(what), [str(s) for s in given], scenario, [str(o) for o in overlays]))
        if key not in made:
            made[key] = TestedModel(_made(what, given, scenario, overlays))
        return made[key]

    def _made(what: Any, settings: Any, scenario: Any, overlays: Any) -> "Book":
        if str(what).lower().endswith(".xlsx"):
            return modelgen.api.workbooks.open(what, engine=engine)
        target = tmp_path_factory.mktemp("modelgen") / f"{Path(what).name}.xlsx"
        built = modelgen.api.deals.build(
            what, target, settings, scenario=scenario, overlays=overlays
        )
        return modelgen.api.workbooks.open(built.path, engine=engine)

    return model
