"""The kinds of text and number that keys of a document may hold, each with its error message."""

import re
from calendar import monthrange
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from modelgen import kinds
from modelgen.fiscal import MONTHS, WEEKDAYS, Weeks
from modelgen.problem import did_you_mean
from modelgen.text.citation import SOURCE_ID, Citation, typed_citation

_GREATEST_FACTOR = 1e15  # the largest power of ten up to which a double holds every whole number
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_NEAREST = re.compile(r"nearest (\w+) to (\d{2}-\d{2})")
_LAST_OF = re.compile(r"last (\w+) of (\w+)")
_DEAL_NAME = re.compile(r"[^\W_][\w .-]*\Z")


ID = re.compile(r"^[a-z_][a-z0-9_]*(\.[a-z0-9_]+)*$")


def _label(text: str) -> str:
    if text.lstrip().startswith("="):
        raise ValueError("a label may not begin with '=': it is a text, not a formula")
    return text


def _id(text: str) -> str:
    if not ID.match(text):
        raise ValueError(
            f"'{text}' is not an id: use lower-case letters, digits and _, with dots between parts"
        )
    return text


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


def _year_end(text: object) -> object:
    """The month in which a fiscal year ends, from its last day: 03-31."""
    found = _MONTH_DAY.fullmatch(str(text))
    month, day = (int(part) for part in found.groups()) if found else (0, 0)
    if not 1 <= month <= 12 or day != monthrange(2023, month)[1]:
        message = (
            f"'{text}' is not the last day of a month: write month-day, as in 03-31"
            f"{' (February ends on 02-28 here)' if month == 2 else ''}; for other days, give weeks or "
            "periods"
        )
        raise ValueError(message)
    return month


def _weeks_year_end(text: object) -> object:
    """The month and the weeks of "nearest saturday to 01-31" and "last saturday of january"."""
    nearest, last = _NEAREST.fullmatch(str(text).lower()), _LAST_OF.fullmatch(str(text).lower())
    if nearest and nearest[1] in WEEKDAYS:
        return _year_end(nearest[2]), Weeks(WEEKDAYS.index(nearest[1]), nearest=True)
    if last and last[1] in WEEKDAYS and last[2].capitalize() in MONTHS:
        month = MONTHS.index(last[2].capitalize()) + 1
        return month, Weeks(WEEKDAYS.index(last[1]), nearest=False)
    message = f"'{text}' is no rule: write nearest saturday to 01-31, or last saturday of january"
    raise ValueError(message)


Label = Annotated[str, AfterValidator(_label)]
Id = Annotated[str, AfterValidator(_id)]
Named = Annotated[str, AfterValidator(_named)]
DealName = Annotated[str, AfterValidator(_deal_name)]
NumberFormat = Annotated[str, AfterValidator(_number_format)]
SourceId = Annotated[str, AfterValidator(_source_id)]
Factor = Annotated[float, AfterValidator(_factor)]
YearEnd = Annotated[int, BeforeValidator(_year_end)]
WeeksYearEnd = Annotated[tuple[int, Weeks], BeforeValidator(_weeks_year_end)]
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
