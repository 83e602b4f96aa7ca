"""The dependency graph of lines: the order of computation, recurrent groups, and cycles."""

from collections.abc import Mapping

from modelgen.formula.syntax import At, Node, Ref, Row, walk
from modelgen.model.plain import Needs


def needs(expression: Node) -> Needs:
    """The ids that an expression reads, by whether it reads them in the same period or only earlier ones."""
    now: set[str] = set()
    earlier: set[str] = set()
    rows: set[str] = set()
    for node in walk(expression):
        if isinstance(node, Ref):
            (earlier if node.lag else now).add(node.id)
        elif isinstance(node, (Row, At)):
            now.add(node.id)
            rows.add(node.id)
    return Needs(frozenset(now), frozenset(earlier), frozenset(rows))


def groups(reads: Mapping[str, Needs]) -> list[tuple[str, ...]]:
    """The lines in the order of computation. Lines that need each other through earlier periods form one
    group, which is in the order for one period. There must be no cycles.
    """
    edges = {
        id_: sorted({n for n in (*need.now, *need.earlier) if n in reads})
        for id_, need in reads.items()
    }
    found = []
    for group in _components(edges):
        if len(group) == 1:
            found.append(tuple(group))
            continue
        inside = set(group)
        within = {id_: sorted(n for n in reads[id_].now if n in inside) for id_ in group}
        found.append(tuple(id_ for part in _components(within) for id_ in part))
    return found


def cycles(reads: Mapping[str, Needs]) -> list[list[str]]:
    """The cycles: lines that need each other in the same period (or as whole rows), in an order in which each
    needs the next, and the last the first.
    """
    edges = {id_: sorted(n for n in need.now if n in reads) for id_, need in reads.items()}
    found = [
        _path(group[0], set(group), edges)
        for group in _components(edges)
        if len(group) > 1 or group[0] in edges[group[0]]
    ]
    if found:
        return found
    # A whole row that needs its own earlier periods is a cycle too.
    both = {id_: sorted(n for n in (*d.now, *d.earlier) if n in reads) for id_, d in reads.items()}
    for group in _components(both):
        inside = set(group)
        for id_ in group:
            back = sorted(reads[id_].rows & inside)
            if back and (len(group) > 1 or id_ in reads[id_].rows):
                found.append(_path(id_, inside, both))
                break
    return found


def _path(start: str, inside: set[str], edges: Mapping[str, list[str]]) -> list[str]:
    """The shortest path from `start` back to itself, using only lines of the component."""
    came: dict[str, str | None] = {start: None}
    queue = [start]
    for here in queue:
        for following in edges[here]:
            if following == start:
                path = [here]
                while (before := came[path[-1]]) is not None:
                    path.append(before)
                return path[::-1]
            if following in inside and following not in came:
                came[following] = here
                queue.append(following)
    return [start]


def _components(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """Tarjan's strongly connected components, each after those that it points to; without recursion, since
    a model may chain thousands of lines.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            advanced = False
            for target in following:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    advanced = True
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            if advanced:
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                component = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == node:
                        break
                found.append(component[::-1])
    return found
