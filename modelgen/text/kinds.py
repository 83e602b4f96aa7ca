"""The kinds of text and number that keys of a document may hold, each with its error message."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from modelgen import kinds
from modelgen.problem import did_you_mean
from modelgen.text.citation import SOURCE_ID, Citation, typed_citation

_GREATEST_FACTOR = 1e15  # the largest power of ten up to which a double holds every whole number
_DEAL_NAME = re.compile(r"[^\W_][\w .-]*\Z")


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError("the name is empty: give one or leave the key out")
    return text


def _deal_name(text: str) -> str:
    if not _DEAL_NAME.match(text):
        raise ValueError(
            f"'{text}' is not a valid name for a deal: use letters, digits, spaces and . _ -"
        )
    return text


def _number_format(text: str) -> str:
    bare = re.sub(r'\\.|"[^"]*"|\[[^\[\]]*\]', "", text)
    if len(text) > 255 or any(sign in bare for sign in '"[]\\'):
        raise ValueError(
            "Excel does not accept this format: use up to 255 characters, with quotes and brackets in pairs"
        )
    return text


def _source_id(text: str) -> str:
    if not SOURCE_ID.match(text):
        raise ValueError(
            f"'{text}' is not a valid id for a source: use lower-case letters, digits and _"
        )
    return text


def _factor(value: float) -> float:
    if not 1 / _GREATEST_FACTOR <= value <= _GREATEST_FACTOR:  # nan fails, too
        raise ValueError(f"a factor must be a number above zero and at most {_GREATEST_FACTOR:g}")
    return value


Named = Annotated[str, AfterValidator(_named)]
DealName = Annotated[str, AfterValidator(_deal_name)]
NumberFormat = Annotated[str, AfterValidator(_number_format)]
SourceId = Annotated[str, AfterValidator(_source_id)]
Factor = Annotated[float, AfterValidator(_factor)]
Cited = Annotated[Citation, BeforeValidator(typed_citation)]


def _kind(group: str) -> AfterValidator:
    """A validator for the name of a kind in a group of `modelgen.kinds`."""

    def check(text: str) -> str:
        if not kinds.is_known(group, text):
            known = kinds.names(group)
            near = did_you_mean(text, known)
            raise ValueError(
                f"'{text}' is not one of {', '.join(known)}{f' ({near})' if near else ''}"
            )
        return text

    return AfterValidator(check)


SheetKind = Annotated[str, _kind(kinds.SHEETS)]
ChartKind = Annotated[str, _kind(kinds.CHARTS)]
