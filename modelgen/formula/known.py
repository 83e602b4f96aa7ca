"""What a condition tells of its parts: where ISNUMBER(x) holds, x is a number, no text and not blank."""

from modelgen.formula.syntax import Call, Node

Known = frozenset[Node]
NOTHING_KNOWN: Known = frozenset()


def known_where(condition: Node) -> Known:
    """The parts that are numbers where a condition holds."""
    if isinstance(condition, Call) and condition.function == "ISNUMBER":
        return frozenset(condition.arguments)
    if isinstance(condition, Call) and condition.function == "AND":
        return frozenset().union(*map(known_where, condition.arguments))
    if isinstance(condition, Call) and condition.function == "NOT":
        return known_otherwise(condition.arguments[0])
    return NOTHING_KNOWN


def known_otherwise(condition: Node) -> Known:
    """The parts that are numbers where a condition does not hold."""
    if isinstance(condition, Call) and condition.function == "NOT":
        return known_where(condition.arguments[0])
    if isinstance(condition, Call) and condition.function == "OR":
        return frozenset().union(*map(known_otherwise, condition.arguments))
    return NOTHING_KNOWN
