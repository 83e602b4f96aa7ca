"""Work spread over processes and a cluster: whichever worker dies, nothing is lost and the order stays."""

import importlib
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from modelgen.problem import EngineError, ModelError, fail
from modelgen.sweeps.spread import TRIES, spread
from tests.test_commands import run


def doubled(number: int) -> int:
    return 2 * number


def deadly_once(folder: Path, number: int) -> int:
    """Kills its process in the middle of the work, the first time that it comes to 5."""
    mark = folder / "killed"
    if number == 5 and not mark.exists():
        mark.touch()
        os._exit(1)
    return 2 * number


def always_deadly(number: int) -> int:
    if number == 2:
        os._exit(1)
    return number


def wrong(number: int) -> int:
    if number == 3:
        raise fail("three is wrong")
    return number


@pytest.mark.parametrize(("workers", "scheduler"), [(1, None), (2, None), (2, "local")])
def test_results_come_in_order(workers: int, scheduler: str | None) -> None:
    assert list(spread(doubled, range(20), workers, scheduler)) == list(range(0, 40, 2))


@pytest.mark.parametrize("scheduler", [None, "local"])
def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path, scheduler: str | None) -> None:
    found = list(spread(partial(deadly_once, tmp_path), range(12), 2, scheduler))
    assert found == list(range(0, 24, 2))
    assert (tmp_path / "killed").exists()


def test_a_scheduler_that_runs_already_is_used_by_its_address(tmp_path: Path) -> None:
    """A sweep and a batch by command, on a cluster that this test started."""
    distributed: Any = importlib.import_module("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0"
    ) as cluster:
        found = list(
            spread(partial(deadly_once, tmp_path), range(12), 2, cluster.scheduler_address)
        )
        assert found == list(range(0, 24, 2))
        arguments = (
            "--vary",
            "sales.change=normal(0%, 5%)",
            "--paths",
            "1500",
            "--check",
            "0",
            "--json",
        )
        there = run(
            "sweep", "lexington-2006q1", *arguments, "--scheduler", cluster.scheduler_address
        )
        assert there == run("sweep", "lexington-2006q1", *arguments, "--workers", "1")
        assert there[0] == 0


def test_work_that_kills_its_worker_each_time_is_given_up() -> None:
    with pytest.raises(EngineError) as caught:
        list(spread(always_deadly, range(4), 2))
    assert str(caught.value) == f"a worker was lost {TRIES} times on the same work"


@pytest.mark.parametrize(("workers", "scheduler"), [(1, None), (2, None), (2, "local")])
def test_what_the_work_raises_is_raised(workers: int, scheduler: str | None) -> None:
    with pytest.raises(ModelError, match="three is wrong"):
        list(spread(wrong, range(6), workers, scheduler))


def test_a_scheduler_that_does_not_answer_is_said_so() -> None:
    with pytest.raises(EngineError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        list(spread(doubled, range(3), 2, "tcp://127.0.0.1:9"))
