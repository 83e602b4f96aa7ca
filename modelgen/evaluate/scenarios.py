"""Evaluates many scenarios at once: what varies gets an axis, what does not is computed once."""

from collections.abc import Collection, Mapping, Sequence

from modelgen.evaluate.evaluate import compute, computed
from modelgen.formula.values import Array, Floats
from modelgen.model.plain import Line, Model


class Scenarios:
    """Some lines of a model under scenarios of some inputs. Only what the lines need is computed and, for
    further scenarios, only what depends on the inputs that vary. `known` are the model's values, where
    they have been computed before.
    """

    def __init__(
        self,
        model: Model,
        wanted: Sequence[str],
        varied: Collection[str],
        known: Mapping[str, Array] | None = None,
    ) -> None:
        self.model = model
        needed: set[str] = set()
        stack = list(wanted)
        reads = {}
        while stack:
            id_ = stack.pop()
            item = model.items[id_]
            if id_ not in needed and isinstance(item, Line):
                needed.add(id_)
                read = model.reads[id_]
                reads[id_] = read.now | read.earlier
                stack += reads[id_]
        order = [group for group in model.order if needed.intersection(group)]
        reached = set(varied)
        self._varying: list[tuple[str, ...]] = []
        fixed = []
        for group in order:
            if any(reads[id_] & reached for id_ in group if id_ in reads):
                reached.update(group)
                self._varying.append(group)
            else:
                fixed.append(group)
        self._fixed = computed(model, fixed, {}) if known is None else known

    def values(self, changes: Mapping[str, Floats]) -> dict[str, Array]:
        """The values of the lines and of all inputs by id, of shape (scenarios, columns), or (1, columns)
        where they do not vary. `changes` holds the inputs that vary: of shape (scenarios,) for a single
        value, (scenarios, columns) for a row.
        """
        values = dict(self._fixed)
        for id_, given in changes.items():
            values[id_] = given[:, None] if given.ndim == 1 else given
        compute(self.model, self._varying, values)
        return values


def evaluate_lines(
    model: Model,
    wanted: Sequence[str],
    changes: Mapping[str, Floats],
    known: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """The values of some lines by id under the scenarios of `changes`; shapes as in `Scenarios.values`."""
    return Scenarios(model, wanted, changes, known).values(changes)
