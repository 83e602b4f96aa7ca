"""A document as `modelgen ingest` has it: read, with the meaning of its numerals and what foots in them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from modelgen.ingest.document import Document
from modelgen.ingest.foots import with_footing
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.ingest.reading import Reading
from modelgen.problem import fail


def ingested(path: Path, ended: date | None = None) -> tuple[Document, Reading]:
    """The document in a file, and what was read of it; `ended` is the last day of its period, where the
    document prints none. Raises ModelError if it cannot be read or holds no table of numbers; EngineError
    if a library for its format is missing.

    Example: `write_deal(Path("acme"), [ingested(Path("acme-2025q2.html"))])`.
    """
    with _without_collector():
        document = read(path)
        reading = with_footing(figures(document, ended))
    if not reading.figures:
        raise fail(f"{path} holds no table of numbers")
    return document, reading


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without the collector of cycles: a reading is very many small objects and no cycle, which the collector
    would look through again and again, for a twentieth of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
