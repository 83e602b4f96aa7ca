"""Ingest of what is no release: a sentence each, exit 2, and never a traceback; and of pages in odd encodings."""

import gzip
import random
import subprocess
import sys
from pathlib import Path

import pytest

from modelgen.cli.main import cli
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.problem import EngineError, ModelError
from tests.tiny_pdf import pdf_of_images, pdf_of_pieces, pdf_of_text

POEM = (
    "The tide goes out at seven,\nthe lamps are lit by nine,\nand all the boats of harbor town\nlie sleeping in a line.\n"
    * 4
)
PAGE = (
    "<html><p>BALANCE SHEETS (in thousands)</p><table><tr><td></td><td>June 30, 2031</td><td>December 31, 2030</td></tr>"
    "<tr><td>Caf\xe9 fund \u2013 net</td><td>1,204</td><td>1,100</td></tr>"
    "<tr><td>Total assets</td><td>5,204</td><td>5,100</td></tr></table></html>"
)
DASH = "\u2014"
CELLS = "<td>1,234</td>" * 20
NOISE = random.Random(1).randbytes(20_000)
EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Size 4/Root 1 0 R>>\n%%EOF"
)

BAD = {
    "poem.txt": (POEM.encode(), "holds no table of numbers"),
    "empty.txt": (b"", "holds no table of numbers"),
    "blank.html": (b"<html><body></body></html>", "holds no table of numbers"),
    "proxy.html": (
        b"<html><table><tr><td>Director</td><td>Since</td></tr></table></html>",
        "holds no table of numbers",
    ),
    "script.html": (
        b"<html><script>'<table><td>1,234<td>5,678</table>'</script></html>",
        "holds no table of numbers",
    ),
    "nested.html": (
        b"<html>" + b"<table><tr><td>" * 3_000 + PAGE.encode(),
        "holds no table of numbers",
    ),
    "million.html": (
        f"<html><table>{f'<tr>{CELLS}</tr>' * 50_000}</table></html>".encode(),
        "has more than 120,000 table cells",
    ),
    "attributes.html": (
        ("<html><p " + " ".join(f'a{at}="1"' for at in range(30_000)) + ">" + PAGE).encode(),
        "has an element with more than 5,000 attributes",
    ),
    "noise.bin": (b"\0" * 50 + NOISE, "is neither HTML, text nor PDF"),
    "cut.html.gz": (gzip.compress(PAGE.encode())[:40], "is a damaged gzip file"),
    "long.txt": (b"Row    1,234    2,345\n" * 100_001, "has 100,001 lines"),
    "runs.txt": (
        b"June 30, " * 9_000 + b"\n" + b"$ " * 9_000 + b"\n" + b"1,111," * 9_000,
        "holds no table of numbers",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_document_without_tables_gets_a_sentence(name: str, tmp_path: Path) -> None:
    data, sentence = BAD[name]
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(ModelError) as caught:
        cli.main(["ingest", str(file), "--json"], standalone_mode=False)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"],
)
def test_a_page_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(PAGE.encode(encoding))
    reading = figures(read(file))
    assert [int(figure.value) for figure in reading.figures] == [
        1_204_000,
        1_100_000,
        5_204_000,
        5_100_000,
    ]
    assert reading.figures[0].label == "Caf\xe9 fund \u2013 net" and not reading.to_review


def test_a_page_within_many_elements_is_read(tmp_path: Path) -> None:
    file = tmp_path / "deep.html"
    file.write_bytes(b"<html>" + b"<div>" * 50_000 + PAGE.encode())
    assert len(figures(read(file)).figures) == 4


def test_a_page_cut_off_says_so(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(PAGE.encode()[:-50])
    assert cli.main(["ingest", str(file), "--json"], standalone_mode=False) == 1
    assert figures(read(file)).notes == ("the page ends inside a table: it may have been cut off",)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    file = tmp_path / "page.html"
    file.write_text(laughs + PAGE.replace("Total", "&b; Total"), encoding="utf-8")
    assert len(figures(read(file)).figures) == 4


def test_a_row_of_any_length_is_bounded(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        f"<html><table><tr>{'<td>1,234</td>' * 100_000}</tr></table></html>", encoding="utf-8"
    )
    assert len(figures(read(file)).figures) <= 400


def test_spans_of_any_width_are_bounded(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    cell = '<td colspan="100000" rowspan="100000">1,234</td>'
    file.write_text(
        f"<html><table>{f'<tr>{cell * 10}</tr>' * 500}</table></html>", encoding="utf-8"
    )
    assert figures(read(file)).figures


CROOKED_PDF = pdf_of_images(1).replace(b"[0 0 612 792]", b"[0 0 612]")  # of a page with three sides


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + NOISE, EMPTY_PDF, CROOKED_PDF])
def test_a_pdf_without_text_or_damaged_gets_a_sentence(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "release.pdf"
    file.write_bytes(data)
    with pytest.raises((ModelError, EngineError)) as caught:
        read(file)
    assert "PDF" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("pages", "words"), [(1, "1 page of images"), (3, "3 pages of images")])
def test_a_pdf_of_images_alone_says_so(pages: int, words: str, tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber")
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdf_of_images(pages))
    with pytest.raises(ModelError) as caught:
        cli.main(["ingest", str(file)], standalone_mode=False)
    assert str(caught.value).endswith(f"scan.pdf is a PDF without text: {words}")


def test_a_reader_imports_no_engine() -> None:
    code = (
        "import sys, modelgen.cli.ingest, modelgen.ingest.read, modelgen.ingest.meaning, modelgen.ingest.html\n"
        "print([name for name in ('numpy', 'formulas', 'pydantic', 'openpyxl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("declared", ["shift_jis", "EUC-JP"])
def test_a_page_in_the_encoding_that_it_declares(declared: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    text = PAGE.replace("Caf\xe9 fund \u2013 net", "\u8cc7\u7523")
    file.write_bytes(f'<html><meta charset="{declared}">{text}'.encode(declared))
    assert figures(read(file)).figures[0].label == "\u8cc7\u7523"


@pytest.mark.parametrize("declared", ["iso-8859-1", "rot13", "gb2312"])
def test_a_page_whose_encoding_is_not_the_declared_one(declared: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(f'<html><meta charset="{declared}">{PAGE}'.encode("cp1252"))
    assert figures(read(file)).figures[0].label == "Caf\xe9 fund \u2013 net"


WIDE = [
    "BALANCE SHEETS (in thousands)",
    "  ".join([" " * 40, *(f"June 30, {year}" for year in range(2031, 2011, -1))]),
    *(
        label.ljust(40) + "".join(f"{value + at:,}".rjust(15) for at in range(20))
        for label, value in (("Cash", 1_200), ("Debt", 3_100), ("Total assets", 5_200))
    ),
]


def test_a_line_of_a_pdf_is_read_whole(tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber")
    file = tmp_path / "wide.pdf"
    file.write_bytes(pdf_of_text(WIDE))
    rows = [row for table in figures(read(file)).tables for row in table.rows if row.figures]
    assert [len(row.figures) for row in rows] == [20, 20, 20]


@pytest.mark.parametrize("form", ["{}", "<html><pre>{}</pre></html>"])
def test_numerals_too_far_to_the_right_are_told_of(form: str, tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    file.write_text(form.format("\n".join([*WIDE, WIDE[-1] + " " * 2_000 + "9,999", "end"])))
    assert read(file).notes == ("numerals beyond 2,000 characters are not read: line 6",)
    file.write_text(form.format("\n".join([*WIDE, "Words " * 1_000, "end"])))
    assert read(file).notes == ()


def test_two_numerals_of_a_pdf_a_space_apart_are_two(tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber")
    file = tmp_path / "page.pdf"
    pieces = [
        "(Level 1 20           30)",
        "(Level 2 )600( 2,345      4,567)",
        "(Sales  )-3000(2)( )600(2,345      4,567)",
    ]
    file.write_bytes(pdf_of_pieces(pieces))
    lines = [" ".join(line.split()) for line in read(file).lines]
    assert lines[:3] == ["Level 1 20 30", "Level 2 2,345 4,567", "Sales 22,345 4,567"]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1252", "page.html"), ("mac_roman", "page.html"), ("mac_roman", "page.txt")],
)
def test_quotes_and_dashes_are_not_letters(encoding: str, name: str, tmp_path: Path) -> None:
    """Of Windows or of an old Mac: an apostrophe is none of the letters that its byte is in the other."""
    label = "The company\u2019s \u201cother\u201d assets"
    if name.endswith("html"):
        text = PAGE.replace("Total assets", label).replace("5,100", DASH)
    else:
        text = f"BALANCE SHEETS (in thousands)\n{'June 30, 2031':>60}{'December 31, 2030':>20}\n"
        text += (
            f"{label:<40}{'5,204':>20}{DASH:>20}\n{'Total assets':<40}{'5,204':>20}{'5,100':>20}\n"
        )
    (tmp_path / name).write_bytes(text.encode(encoding))
    made = read(tmp_path / name)
    found = [figure for figure in figures(made).figures if figure.label == label]
    assert [(int(figure.value), figure.is_nil) for figure in found] == [
        (5_204_000, False),
        (0, True),
    ]
    assert not made.notes


def test_letters_of_no_known_encoding_are_told_of(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(
        PAGE.replace("Caf\xe9 fund \u2013 net", "\u0410\u043a\u0442\u0438\u0432\u044b").encode(
            "cp1251"
        )
    )
    assert "save a copy as UTF-8, and ingest that" in read(file).notes[0]
    assert cli.main(["ingest", str(file), "--json"], standalone_mode=False) == 1
