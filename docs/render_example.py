"""Builds the committed example workbook and its picture, as `python docs/render_example.py`.

The picture is what LibreOffice prints. It carries the hash of the workbook it was made from, so that
a test can tell when it is out of date.
"""

import hashlib
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from modelgen.evaluate.study import completed
from modelgen.excel.write import write_workbook
from modelgen.model.build import build_model
from modelgen.recalc.libreoffice_engine import convert
from modelgen.spec.load import load

DEAL = "lexington-2006q1"
EXAMPLE = Path(__file__).resolve().parents[1] / "generated" / "example"
SHOWN = ("Dashboard", "Refinancing")
MARGIN = 24
FOOTER = 0.94  # below it stands the page's footer


def main() -> None:
    """Writes workbook and picture."""
    workbook, picture = EXAMPLE / f"{DEAL}.xlsx", EXAMPLE / f"{DEAL}.png"
    _, evaluation = completed(build_model(load(DEAL)))
    write_workbook(evaluation, workbook)
    with tempfile.TemporaryDirectory() as folder:
        pdf = convert(workbook, Path(folder), "pdf")
        subprocess.run(
            ["pdftoppm", "-r", "84", "-png", str(pdf), str(Path(folder) / "page")], check=True
        )
        texts = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
        )
        titles = [evaluation.model.sheets[name].title for name in SHOWN]
        pages = sorted(Path(folder).glob("page-*.png"))
        shown = []
        for title in titles:
            # The cover, page 0, lists all titles.
            number = next(
                i for i, text in enumerate(texts.stdout.split("\f")) if i and title in text
            )
            shown.append(trimmed(Image.open(pages[number]).convert("RGB")))
        joined = Image.new(
            "RGB", (sum(p.width for p in shown), max(p.height for p in shown)), "white"
        )
        left = 0
        for page in shown:
            joined.paste(page, (left, 0))
            left += page.width
        stamp = PngInfo()
        stamp.add_text("workbook-sha256", hashlib.sha256(workbook.read_bytes()).hexdigest())
        joined.quantize(64).save(picture, pnginfo=stamp, optimize=True)


def trimmed(page: Image.Image) -> Image.Image:
    """The page without its footer and its empty margins."""
    page = page.crop((0, 0, page.width, int(page.height * FOOTER)))
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    left, top, right, bottom = box or (0, 0, *page.size)
    return page.crop(
        (
            max(0, left - MARGIN),
            max(0, top - MARGIN),
            min(page.width, right + MARGIN),
            min(page.height, bottom + MARGIN),
        )
    )


if __name__ == "__main__":
    main()
