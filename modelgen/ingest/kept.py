"""What a deal was written from, read back from its folder: the figures of each of its sources, as if the
filing were read again.

So the next filing joins what is there (`roll`), though the filings before it are gone: the table of
figures says what each printed, the map what the line is called in the document, and the calendar which
days a period has.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from modelgen.ingest.document import Document
from modelgen.ingest.mapping import KeptMap
from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    MONEY,
    NUMBER,
    PER_SHARE,
    PERCENT,
    SHARES,
    IngestedFigure,
    ReadColumn,
    Reading,
    ReadRow,
    ReadTable,
)
from modelgen.ingest.statement_line import LineKey, Period
from modelgen.problem import fail
from modelgen.text.currency import SCALES, currency_of
from modelgen.text.figure_text import FigureText
from modelgen.text.load import DealText
from modelgen.text.reading import read_text

_MEASURES = {
    "money": MONEY,
    "per_share": PER_SHARE,
    "shares": SHARES,
    "percent": PERCENT,
    "number": NUMBER,
}
_TO_DATE = "ytd."


def read_back(deal: DealText, kept: KeptMap) -> list[tuple[Document, Reading]]:
    """The documents of an ingested deal with their readings, the latest first. Raises ModelError if the
    deal's figures cite no source whose text it keeps.
    """
    by_source: dict[str, list[FigureText]] = defaultdict(list)
    for figure in deal.figures:
        by_source[figure.at.source].append(figure)
    found = []
    for source in deal.document.sources:
        path = deal.folder / f"{source}.txt"
        if path.exists() and source in by_source:
            lines = read_text(path).rstrip("\n").split("\n")
            document = Document(source, "text", tuple(lines), ())
            found.append((document, _Back(deal, kept, by_source[source]).reading(source)))
    if not found:
        raise fail(
            f"{deal.folder} was not written by modelgen ingest: it keeps the text of no source",
            hint="roll it with --to and --figures",
        )
    return found


def _instant(period: Period, statement: str, kind: str) -> Period:
    """The day of a balance: the last of its period, or the one before it for cash at the beginning."""
    first, end = period
    if statement == CASH and kind == "ratio" and first is not None:
        return None, first - timedelta(days=1)
    return None, end


@dataclass(frozen=True)
class _Back:
    deal: DealText
    kept: KeptMap
    given: Sequence[FigureText]

    def reading(self, source: str) -> Reading:
        """The reading of one source."""
        rows = {
            id_: line for _, section in self.deal.sections() for id_, line in section.lines.items()
        }
        by_line: dict[tuple[str, int], list[FigureText]] = defaultdict(list)
        for figure in self.given:
            by_line[figure.line.removeprefix(_TO_DATE), figure.at.line or 0].append(figure)
        keys: dict[str, list[LineKey]] = defaultdict(list)
        for key, one in self.kept.rows.items():
            keys[one.id].append(key)
        columns: dict[str, list[Period]] = defaultdict(list)
        tables: dict[str, list[ReadRow]] = defaultdict(list)
        for (id_, line), figures in sorted(by_line.items(), key=lambda item: item[0][1]):
            written = rows.get(id_)
            if id_ not in keys or written is None:
                continue
            statement, heading, label, _ = keys[id_][0]
            unit = _MEASURES.get(getattr(written, "unit", "") or "money", NUMBER)
            instant = statement == BALANCE or (
                statement == CASH and getattr(written, "kind", "") in ("balance", "ratio")
            )
            made = []
            for figure in figures:
                kind = getattr(written, "kind", "") or ""
                period = self._period(figure, statement, kind)
                if period not in columns[statement]:
                    columns[statement].append(period)
                made.append(
                    self._figure(
                        figure,
                        (statement, heading, label, 1),
                        unit,
                        _instant(period, statement, kind) if instant else period,
                        columns[statement].index(period),
                    )
                )
            tables[statement].append(
                ReadRow(label, (heading,) if heading else (), line, 0.0, tuple(made))
            )
        made_tables = tuple(
            ReadTable(
                number,
                statement,
                "",
                "",
                "",
                tuple(ReadColumn(first, end, "") for first, end in columns[statement]),
                tuple(read),
            )
            for number, (statement, read) in enumerate(tables.items(), start=1)
        )
        figures_ = tuple(figure for table in made_tables for figure in table.figures)
        code = (self.deal.document.currency or "USD").split()[0]
        return Reading(source, made_tables, figures_, currency=code)

    def _period(self, figure: FigureText, statement: str, kind: str) -> Period:
        """The period of the column in which a figure was printed; of cash at the end, which stands on
        its day, that of the year to date.
        """
        end = figure.period
        assert end is not None
        if statement == BALANCE:
            return None, end
        fiscal = self.deal.fiscal
        index = fiscal.index(end)
        step = 12 if self._yearly else 3
        to_date = figure.line.startswith(_TO_DATE) or (statement == CASH and kind == "balance")
        months = fiscal.into_year(index) if to_date and step == 3 else step
        return fiscal.span(index, months).first, end

    @property
    def _yearly(self) -> bool:
        calendar = self.deal.document.calendar
        return calendar is not None and calendar.step == "year"

    def _figure(
        self, figure: FigureText, key: LineKey, unit: str, period: Period, column: int
    ) -> IngestedFigure:
        scale = self._scale(figure, unit)
        statement, heading, label, _ = key
        return IngestedFigure(
            None,
            None,
            None,
            figure.at.line or 0,
            statement,
            label,
            (heading,) if heading else (),
            figure.printed,
            Decimal(repr(figure.value)) * figure.sign * scale,
            unit,
            Decimal(repr(figure.precision)) * scale,
            *period,
            None,
            column,
        )

    def _scale(self, figure: FigureText, unit: str) -> Decimal:
        """What one printed unit of a figure is worth."""
        if unit not in (MONEY, SHARES):
            return Decimal(1)
        named = figure.unit.rpartition("_")[2]
        if named.isdigit():
            return Decimal(named)
        currency = currency_of(self.deal.document.currency or "USD")
        factor = SCALES[currency.scale] if not isinstance(currency, str) else 1.0
        return (1 / Decimal(repr(factor))).normalize()
