"""What a text says `when` and `unless` certain modules are used: kept or left out before anything is merged.

So a part that is left out leaves nothing behind, and no later stage knows of conditions at all.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from modelgen.problem import Problem, did_you_mean
from modelgen.text.yaml_text import Path_, Plain, Positioned

WHEN, UNLESS = "when", "unless"
ROWS = ("inputs", "lines", "checks", "totals", "recorded")

_ANY, _NUMBER = "*", "#"
_MAPPINGS: tuple[tuple[str, ...], ...] = (
    ("sheets", _ANY),
    ("sheets", _ANY, "charts", _NUMBER),
    ("sections", _NUMBER),
    *(("sections", _NUMBER, kind, _ANY) for kind in ROWS),
    ("grids", _NUMBER),
    ("limits", _NUMBER),
    ("limits", _NUMBER, "moved", _NUMBER),
    ("sets", _ANY, _ANY),
    ("set_rules", _ANY),
)
"""Where a mapping may say `when`."""
_SCALARS: tuple[tuple[str, ...], ...] = (
    ("sheets", _ANY, "charts", _NUMBER, "lines", _NUMBER),
    ("limits", _NUMBER, "limits", _ANY),
    ("set_rules", _ANY, "joins", _NUMBER),
    ("sets", _ANY, _NUMBER),
    ("outputs", _NUMBER),
    ("events", _ANY),
    ("undisclosed", _NUMBER),
)
"""Where a mapping with one other key, as {line: x, when: y}, may stand for that key's value."""


def with_modules(
    text: Positioned, used: Collection[str], known: Collection[str]
) -> tuple[Positioned, list[Problem]]:
    """The text with the modules that are used: without the parts for others, and without conditions. Names of
    no known module are problems.
    """
    if not any(path and path[-1] in (WHEN, UNLESS) for path in text.keys):
        return text, []
    taking = _Taking(text, used, known)
    plain = taking.taken(text.plain, (), ())
    assert isinstance(plain, dict)
    taking.kept.plain = plain
    return taking.kept, taking.problems


def _fits(path: Path_, patterns: tuple[tuple[str, ...], ...]) -> bool:
    return any(
        len(path) == len(pattern)
        and all(
            part == wanted
            if wanted not in (_ANY, _NUMBER)
            else isinstance(part, int) is (wanted == _NUMBER)
            for part, wanted in zip(path, pattern, strict=True)
        )
        for pattern in patterns
    )


@dataclass
class _Taking:
    """Copies what applies, with its places; the indices of lists close up."""

    text: Positioned
    used: Collection[str]
    known: Collection[str]
    kept: Positioned = field(default_factory=Positioned)
    problems: list[Problem] = field(default_factory=list)

    def taken(self, value: Plain, path: Path_, as_path: Path_) -> Plain | None:
        """The part that applies of the value at `path`, placed at `as_path`; None if nothing of it does."""
        self._place(path, as_path)
        if isinstance(value, list):
            return self._list(value, path, as_path)
        if not isinstance(value, dict):
            return value
        scalar = _fits(path, _SCALARS)
        if (scalar or _fits(path, _MAPPINGS)) and (WHEN in value or UNLESS in value):
            if not self._applies(value, path):
                self._forget(as_path)
                return None
            others = [key for key in value if key not in (WHEN, UNLESS)]
            if scalar and len(others) == 1:
                return self.taken(value[others[0]], (*path, others[0]), as_path)
            value = {key: value[key] for key in others}
        out: dict[str, Plain] = {}
        for key, below in value.items():
            found = self.taken(below, (*path, key), (*as_path, key))
            if found is not None:
                out[key] = found
        if _fits(path, (("sections", _NUMBER),)) and _has_rows(value) and not _has_rows(out):
            self._forget(as_path)
            return None
        return out

    def _list(self, value: list[Plain], path: Path_, as_path: Path_) -> list[Plain]:
        out: list[Plain] = []
        for index, item in enumerate(value):
            found = self.taken(item, (*path, index), (*as_path, len(out)))
            if found is not None:
                out.append(found)
        return out

    def _place(self, path: Path_, as_path: Path_) -> None:
        for source, target in (
            (self.text.keys, self.kept.keys),
            (self.text.values, self.kept.values),
        ):
            if path in source:
                # A value that is unwrapped keeps the key under which it stands.
                if target is self.kept.keys and as_path in target:
                    continue
                target[as_path] = source[path]

    def _forget(self, as_path: Path_) -> None:
        for places in (self.kept.keys, self.kept.values):
            for path in [p for p in places if p[: len(as_path)] == as_path]:
                del places[path]

    def _applies(self, value: dict[str, Plain], path: Path_) -> bool:
        needed = [self._named(value, path, key) for key in (WHEN, UNLESS)]
        return all(name in self.used for name in needed[0]) and not any(
            name in self.used for name in needed[1]
        )

    def _named(self, value: dict[str, Plain], path: Path_, key: str) -> list[str]:
        """The modules that a condition names."""
        given = value.get(key, [])
        names = given if isinstance(given, list) else [given]
        found: list[str] = []
        for index, name in enumerate(names):
            at = (*path, key, index) if isinstance(given, list) else (*path, key)
            place = self.text.place(at)
            if not isinstance(name, str):
                self.problems.append(
                    Problem(f"'{key}' should name a module, or a list of them", place)
                )
            elif name not in self.known:
                hint = (
                    did_you_mean(name, self.known) or f"modules: {', '.join(self.known) or 'none'}"
                )
                self.problems.append(Problem(f"'{name}' is not a module", place, hint))
            else:
                found.append(name)
        return found


def _has_rows(section: dict[str, Plain]) -> bool:
    return any(section.get(kind) for kind in ROWS)
