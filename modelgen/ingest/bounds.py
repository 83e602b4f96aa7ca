"""What a page is held to before it is parsed."""

from modelgen.problem import fail

MOST_COLUMNS = 400
_MOST_ATTRIBUTES = 5_000  # of an element; the parser's time grows with their square
_WINDOW = 10_000  # bytes


def check_attributes(name: str, data: bytes) -> None:
    """Raises ModelError if an element may have too many attributes: by the equal signs of windows that no
    tag ends in.
    """
    count = 0
    for start in range(0, len(data), _WINDOW):
        if data.find(b">", start, start + _WINDOW) < 0:
            count += data.count(b"=", start, start + _WINDOW)
            if count > _MOST_ATTRIBUTES:
                raise fail(f"{name} has an element with more than {_MOST_ATTRIBUTES:,} attributes")
        else:
            count = 0
