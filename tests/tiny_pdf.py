"""PDF files written by hand for tests: pages of fixed-width text, and pages that hold an image alone."""

from collections.abc import Sequence

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>"
_IMAGE = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream"


def pdf_of_text(lines: Sequence[str], size: int = 7, a_page: int = 60) -> bytes:
    """A PDF with the lines in Courier, so many on a page."""
    pages = []
    for first in range(0, len(lines), a_page):
        text = [f"BT /F1 {size} Tf {size + 2} TL 36 756 Td"]
        for line in lines[first : first + a_page]:
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            text.append(f"({escaped}) Tj T*")
        pages.append("\n".join([*text, "ET"]).encode("cp1252", "replace"))
    return _pdf(pages, b"/Font<</F1 3 0 R>>", _FONT)


def pdf_of_pieces(lines: Sequence[str]) -> bytes:
    """A PDF with a page of lines, each as the operator TJ has it: pieces of Courier, (a), and shifts back."""
    text = ["BT /F1 7 Tf 9 TL 36 756 Td", *(f"[{line}] TJ T*" for line in lines), "ET"]
    return _pdf(["\n".join(text).encode()], b"/Font<</F1 3 0 R>>", _FONT)


def pdf_of_images(pages: int) -> bytes:
    """A PDF whose pages each hold an image and no text."""
    return _pdf([b"q 500 0 0 700 50 50 cm /I1 Do Q"] * pages, b"/XObject<</I1 3 0 R>>", _IMAGE)


def _pdf(contents: Sequence[bytes], resources: bytes, third: bytes) -> bytes:
    """A file of pages with such contents; object 3 is what the resources name."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        third,
    ]
    for at, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<%s>>/Contents %d 0 R>>"
            % (resources, 5 + 2 * at)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        data
        + head
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(data))
    )
