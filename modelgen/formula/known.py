"""What a condition proves about its parts: where ISNUMBER(x) holds, x is a number, not a text or a blank."""

from modelgen.formula.syntax import Call, Node

Known = frozenset[Node]
NOTHING_KNOWN: Known = frozenset()


def known_where(condition: Node) -> Known:
    """The parts of a formula that must be numbers if a condition holds."""
    if isinstance(condition, Call) and condition.function == "ISNUMBER":
        return frozenset(condition.arguments)
    if isinstance(condition, Call) and condition.function == "AND":
        return frozenset().union(*map(known_where, condition.arguments))
    if isinstance(condition, Call) and condition.function == "NOT":
        return known_otherwise(condition.arguments[0])
    return NOTHING_KNOWN


def known_otherwise(condition: Node) -> Known:
    """The parts of a formula that must be numbers if a condition does not hold."""
    if isinstance(condition, Call) and condition.function == "NOT":
        return known_where(condition.arguments[0])
    if isinstance(condition, Call) and condition.function == "OR":
        return frozenset().union(*map(known_otherwise, condition.arguments))
    return NOTHING_KNOWN
