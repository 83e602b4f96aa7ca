"""A deal of many loans over 360 months, as text: what growth with size is measured on."""

from pathlib import Path

MONTHS, LINES = 360, 10

_DEAL = Path(__file__).with_name("synthetic.yaml")


def write_deal(folder: Path, loans: int) -> Path:
    """Writes the deal; it has about LINES x MONTHS formula cells a loan."""
    folder.mkdir(parents=True, exist_ok=True)
    members = "\n".join(f"    loan_{n}: {{label: Loan {n}}}" for n in range(1, loans + 1))
    text = _DEAL.read_text(encoding="utf-8").format(
        name=folder.name, loans=loans, months=MONTHS, last="2055-12-31", members=members
    )
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder


def loans_for(cells: int) -> int:
    """How many loans make about so many formula cells."""
    return max(1, round(cells / (LINES * MONTHS)))
