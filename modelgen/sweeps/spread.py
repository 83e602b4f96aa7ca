"""Spreads work over processes or a cluster; all of it is done, even if workers die on the way.

Results come in the order of the work, whichever worker did it, so that anything made from them has the same
bytes for any number of workers. Without a scheduler, one pool of processes does the work; a pool that loses a
process is replaced, and work without a result is given out again. With a scheduler, Dask distributed does it:
"local" starts a cluster on this machine, an address connects to a running one.
"""

import importlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from modelgen.problem import EngineError, needs_extra

Item = TypeVar("Item")
Result = TypeVar("Result")
# Work that kills its process this often is itself at fault.
TRIES = 3


def spread(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int = 1,
    scheduler: str | None = None,
) -> Iterator[Result]:
    """Yields the result of `work` on each item, in order. The work and the items must be picklable. Raises
    what the work raises, and EngineError if workers die TRIES times on one item or no scheduler answers.
    """
    if scheduler is not None:
        yield from _on_cluster(work, items, workers, scheduler)
    elif workers <= 1 or len(items) <= 1:
        yield from map(work, items)
    else:
        yield from _in_pools(work, items, workers)


def cores() -> int:
    """The number of processes that the machine can run in parallel."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_pools(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int
) -> Iterator[Result]:
    done: dict[int, Result] = {}
    tries = [0] * len(items)
    given = 0
    while given < len(items):
        left = [number for number in range(given, len(items)) if number not in done]
        count = min(workers, len(left))
        with ProcessPoolExecutor(count, get_context("spawn"), _end_with_parent) as pool:
            futures: dict[Future[Result], int] = {}
            try:
                # In a thread of its own: a signal, which only the main one takes, would end the start of a
                # worker halfway, and the worker would wait for the rest of what it is told.
                with ThreadPoolExecutor(1) as aside:
                    numbered = [(number, items[number]) for number in left]
                    futures = aside.submit(_submitted, pool, work, numbered).result()
                for future in as_completed(futures):
                    done[futures[future]] = future.result()
                    while given in done:
                        yield done.pop(given)
                        given += 1
            except BrokenProcessPool:
                # It is not known which item the lost process had, so all without a result count as tried.
                for future, number in futures.items():
                    if future.done() and not future.exception() and number >= given:
                        done.setdefault(number, future.result())
                    elif number >= given:
                        tries[number] += 1
                if max(tries) >= TRIES:
                    raise EngineError(f"a worker was lost {TRIES} times on the same work") from None
            except BaseException:
                # After an error, or at the end of the command, work that has not begun is cancelled. To wait
                # here is needed: leaving the pool shuts it down again, and would take the cancelling back.
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        while given in done:
            yield done.pop(given)
            given += 1


def _submitted(
    pool: ProcessPoolExecutor, work: Callable[[Item], Result], items: Sequence[tuple[int, Item]]
) -> dict[Future[Result], int]:
    return {pool.submit(work, item): number for number, item in items}


def _end_with_parent() -> None:
    """Ends a worker when the process that started it has ended, however that happened."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _on_cluster(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int, scheduler: str
) -> Iterator[Result]:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise needs_extra("--scheduler", "Dask distributed", "cluster") from None
    cluster = None
    if scheduler == "local":
        cluster = distributed.LocalCluster(
            n_workers=max(1, workers),
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=logging.CRITICAL,  # a worker that misses a beat while all close is no news
        )
    try:
        client = distributed.Client(cluster or scheduler, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise EngineError(f"no scheduler answers at {scheduler}: {error}") from None
    try:
        for future in client.map(work, list(items), pure=False, retries=TRIES):
            yield future.result()
    except distributed.KilledWorker:
        raise EngineError(f"a worker was lost {TRIES} times on the same work") from None
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
