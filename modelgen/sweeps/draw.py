"""Draws the scenarios of a plan, block by block, with the same result however the blocks are spread.

Each block of paths has its own generator, seeded with the seed and the block's number. Draws are standard
normals, correlated by the Cholesky factor of the correlation matrix and transformed to their laws by the
normal distribution function (a Gaussian copula).

The short rate is Vasicek's (O. Vasicek, "An equilibrium characterization of the term structure", Journal
of Financial Economics 5, 1977, 177-188): dr = speed (mean - r) dt + volatility dW, stepped exactly:
r(t + h) = mean + (r(t) - mean) e^(-speed h) + volatility sqrt((1 - e^(-2 speed h)) / (2 speed)) z.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from modelgen.formula.values import Floats
from modelgen.model.plain import Timeline
from modelgen.problem import ModelError, Problem
from modelgen.sweeps.vary import Plan, Varied

BLOCK = 1000
SOURCES = {
    "vasicek": "vasicek is the mean-reverting short rate of O. Vasicek, Journal of Financial Economics 5 "
    "(1977), 177-188; its parameters are the analyst's."
}
_YEARS = {"month": 1 / 12, "quarter": 1 / 4, "year": 1.0}


@dataclass(frozen=True)
class Draws:
    """The inputs of some scenarios, of shape (scenarios,) for a single value and (scenarios, periods) for a
    row, and how many draws were clamped to their input's range.
    """

    inputs: dict[str, Floats]
    bounded: int


class Drawer:
    """Draws the scenarios of a plan. Raises ModelError if the correlations contradict each other."""

    def __init__(
        self, plan: Plan, timelines: Mapping[str, Timeline], paths: int, seed: int
    ) -> None:
        self.plan, self.seed = plan, seed
        self.count = paths if plan.random else plan.points
        self._steps = {id_: _YEARS[timeline.step] for id_, timeline in timelines.items()}
        # Single inputs are drawn together, and so are the rows of each timeline.
        self._together: dict[str | None, list[Varied]] = {}
        for varied in plan.varied:
            self._together.setdefault(varied.timeline, []).append(varied)
        self._factors = {
            timeline: _factor(plan, [v.id for v in together])
            for timeline, together in self._together.items()
        }

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return -(-self.count // BLOCK)

    def block(self, number: int) -> Draws:
        """The scenarios of the block with a zero-based number."""
        first = number * BLOCK
        size = min(BLOCK, self.count - first)
        return self._drawn(number, size) if self.plan.random else self._listed(first, size)

    def _listed(self, first: int, size: int) -> Draws:
        """The points of the grid, the last input varying fastest."""
        index = np.arange(first, first + size)
        inputs: dict[str, Floats] = {}
        for varied in reversed(self.plan.varied):
            index, place = np.divmod(index, len(varied.values))
            values = np.array(varied.values)[place]
            row = varied.timeline is not None
            inputs[varied.id] = np.repeat(values[:, None], len(varied.ends), 1) if row else values
        return Draws({v.id: inputs[v.id] for v in self.plan.varied}, 0)

    def _drawn(self, number: int, size: int) -> Draws:
        sequence = np.random.SeedSequence(self.seed, spawn_key=(number,))
        generator = np.random.Generator(np.random.PCG64(sequence))
        inputs: dict[str, Floats] = {}
        bounded = 0
        for timeline, together in self._together.items():
            # A whole block is drawn, so that a path does not depend on how many follow it.
            columns = max(1, *(len(varied.ends) for varied in together))
            normals = generator.standard_normal((BLOCK, columns, len(together)))
            factor = self._factors[timeline]
            for index, varied in enumerate(together):
                step = self._steps.get(timeline or "", 0.0)
                # Summed term by term: how a matrix product rounds depends on its library.
                mixed = np.zeros(normals.shape[:2])
                for other, weight in enumerate(factor[index]):
                    mixed += weight * normals[:, :, other]
                values = _by_law(varied, mixed[:size, -max(1, len(varied.ends)) :], step)
                kept = np.clip(values, varied.lowest, varied.highest)
                bounded += int((kept != values).sum())
                inputs[varied.id] = kept if timeline is not None else kept[:, 0]
        return Draws(inputs, bounded)


def _by_law(varied: Varied, normals: Floats, step: float) -> Floats:
    """Standard normals, of shape (paths, columns), transformed to a law."""
    p = varied.parameters
    if varied.law == "normal":
        return p["mean"] + p["deviation"] * normals
    if varied.law == "vasicek":
        return _vasicek(p["start"], p["mean"], p["speed"], p["volatility"], normals, step)
    chances: Floats = np.asarray(ndtr(normals), dtype=np.float64)
    if varied.law == "uniform":
        return p["minimum"] + (p["maximum"] - p["minimum"]) * chances
    return _triangular(p["minimum"], p["likely"], p["maximum"], chances)


def _triangular(least: float, likely: float, greatest: float, chances: Floats) -> Floats:
    width = greatest - least
    below = least + np.sqrt(chances * width * (likely - least))
    above = greatest - np.sqrt((1 - chances) * width * (greatest - likely))
    return np.where(chances < (likely - least) / width, below, above)


def _vasicek(
    start: float, mean: float, speed: float, volatility: float, normals: Floats, step: float
) -> Floats:
    """The short rate by period: the start in the first period, then an exact step to each period after it."""
    kept = np.exp(-speed * step)
    variance = step if speed == 0 else (1 - kept**2) / (2 * speed)
    path = np.empty_like(normals)
    path[:, 0] = start
    for column in range(1, normals.shape[1]):
        shock = volatility * np.sqrt(variance) * normals[:, column]
        path[:, column] = mean + (path[:, column - 1] - mean) * kept + shock
    return path


def _factor(plan: Plan, ids: list[str]) -> Floats:
    """The Cholesky factor of the correlation matrix of some inputs. Raises ModelError if there is none."""
    matrix = np.eye(len(ids))
    for (one, other), number in plan.correlations.items():
        if one in ids and other in ids:
            i, j = ids.index(one), ids.index(other)
            matrix[i, j] = matrix[j, i] = number
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e-12:
        named = ", ".join(ids)
        raise ModelError([Problem(f"the correlations between {named} contradict each other")])
    if values[0] > 1e-12:
        return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    # With correlations of exactly 1 there is no Cholesky factor; the symmetric root does as well.
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), dtype=np.float64)
