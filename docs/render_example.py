"""Builds the committed example workbook and the pictures of the docs, as `python docs/render_example.py`.

A picture is what LibreOffice prints, or what Chromium shows of a page. It carries the hash of the
workbook or the page it was made from, so that a test can tell when it is out of date.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from modelgen.api.pages import page
from modelgen.evaluate.study import complete
from modelgen.excel.write import write_workbook
from modelgen.ingest.deal import write_deal
from modelgen.ingest.ingested import ingested
from modelgen.model.build import build_model
from modelgen.page.carried import carried_text
from modelgen.roundtrip.roll import quarter_end, roll
from modelgen.sweeps.report_book import write_report
from modelgen.sweeps.run import job_of, run
from modelgen.sweeps.vary import plan_of
from modelgen.text.figures import read_figures
from modelgen.text.load import load
from modelgen.workbook.libreoffice_engine import convert

DEAL = "lexington-2006q1"
ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "generated" / "example"
DRAWN = {
    "libor_1m.realised": "vasicek(5.11%, mean=5%, speed=0.5, volatility=1.5%)",
    "prime.realised": "vasicek(8%, mean=8%, speed=0.5, volatility=1.5%)",
    "sales.change": "normal(-5%, 10%)",
}
TOGETHER = ["libor_1m.realised,prime.realised=0.95"]
QUARTER = ROOT / "tests" / "deals" / "second-quarter" / "figures.csv"
PAGE = ROOT / "docs" / "pictures" / "page.png"
RELEASE = ROOT / "docs" / "examples" / "marlow-2025q3.html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MARGIN = 24
FOOTER = 0.94  # below it stands the page's footer


@dataclass(frozen=True)
class Picture:
    """A picture of some sheets side by side: of the deal with settings, of the deal rolled, or of the
    report of a sweep; the part of the page from `top` to `bottom` is shown.
    """

    path: Path
    sheets: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    rolled: bool = False
    swept: bool = False
    top: float = 0.0
    bottom: float = 1.0


PICTURES = (
    Picture(EXAMPLE / f"{DEAL}.png", ("Dashboard", "Refinancing")),
    Picture(ROOT / "docs" / "pictures" / "cover.png", ("Cover",)),
    Picture(ROOT / "docs" / "pictures" / "inputs.png", ("Terms",), bottom=0.5),
    Picture(
        ROOT / "docs" / "pictures" / "failing.png",
        ("Cover",),
        {"rubber.net_sales@2006-03-31": "21710"},
        bottom=0.5,
    ),
    Picture(ROOT / "docs" / "pictures" / "variance.png", ("Variance",), rolled=True, bottom=0.74),
    Picture(
        ROOT / "docs" / "pictures" / "fan.png",
        ("liquidity",),
        {"rates.case": "2"},
        swept=True,
        top=0.66,
    ),
)


def workbook_of(picture: Picture, folder: Path) -> tuple[Path, Mapping[str, str]]:
    """The workbook that a picture shows, and the titles of its sheets."""
    deal = DEAL
    if picture.rolled:
        table = read_figures(QUARTER)
        published = quarter_end("2006-08-14")
        to = quarter_end("2006q2")
        deal = str(
            roll(load(DEAL), to, table, folder / "lexington-2006q2", "Notes", published).folder
        )
    evaluation = complete(build_model(load(deal), picture.settings))
    model = evaluation.model
    if picture.swept:
        job = job_of(model, plan_of(model, DRAWN, TOGETHER), (), 1000, 1)
        write_report(run(job, folder), None, folder / "book.xlsx")
        return folder / "book.xlsx", {id_: model.items[id_].label for id_ in job.outputs}
    write_workbook(evaluation, folder / "book.xlsx")
    return folder / "book.xlsx", {name: sheet.title for name, sheet in model.sheets.items()}


def digest(picture: Picture, workbook: Path) -> str:
    """What a picture carries of its workbook. A draw may differ in its last digit from machine to
    machine: of a sweep it is the example's workbook and what was varied.
    """
    if picture.swept:
        example = (EXAMPLE / f"{DEAL}.xlsx").read_bytes()
        return hashlib.sha256(example + repr((DRAWN, TOGETHER)).encode()).hexdigest()
    return hashlib.sha256(workbook.read_bytes()).hexdigest()


def page_of(folder: Path) -> Path:
    """The page that is shown: of the release that the project wrote itself, as it is ingested."""
    deal = write_deal(folder / RELEASE.stem, [ingested(RELEASE)])
    return page(deal.folder, folder / "page.html").path


def main() -> None:
    """Writes the workbook and the pictures."""
    evaluation = complete(build_model(load(DEAL), {}))
    write_workbook(evaluation, EXAMPLE / f"{DEAL}.xlsx", carried_text(evaluation))
    for picture in PICTURES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            workbook, titles = workbook_of(picture, folder)
            pages = list(_pages(workbook, folder, [titles[sheet] for sheet in picture.sheets]))
            shown = [trimmed(page, picture.top, picture.bottom) for page in pages]
            size = (sum(p.width for p in shown), max(p.height for p in shown))
            joined = Image.new("RGB", size, "white")
            left = 0
            for page in shown:
                joined.paste(page, (left, 0))
                left += page.width
            stamp = PngInfo()
            stamp.add_text("workbook-sha256", digest(picture, workbook))
            picture.path.parent.mkdir(exist_ok=True)
            joined.quantize(64).save(picture.path, pnginfo=stamp, optimize=True)
    with tempfile.TemporaryDirectory() as name:
        _page_picture(Path(name))


def _page_picture(folder: Path) -> None:
    written, shot = page_of(folder), folder / "page.png"
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    script = ROOT / "docs" / "render_page.mjs"
    subprocess.run(["node", script, browser, written, shot], check=True)
    stamp = PngInfo()
    stamp.add_text("page-sha256", hashlib.sha256(written.read_bytes()).hexdigest())
    with Image.open(shot) as image:
        image.convert("RGB").quantize(64).save(PAGE, pnginfo=stamp, optimize=True)


def _pages(workbook: Path, folder: Path, titles: list[str]) -> Iterator[Image.Image]:
    """The first page of each sheet, found by its title."""
    pdf = convert(workbook, folder, "pdf")
    subprocess.run(["pdftoppm", "-r", "84", "-png", str(pdf), str(folder / "page")], check=True)
    texts = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    files = sorted(folder.glob("page-*.png"))
    for title in titles:
        # The cover, page 0, lists all titles.
        texts_after = list(enumerate(texts.stdout.split("\f")))[1:]
        number = next((i for i, text in texts_after if title in text and title != "Cover"), 0)
        yield Image.open(files[number]).convert("RGB")


def trimmed(page: Image.Image, top: float, bottom: float) -> Image.Image:
    """A part of a page, without its footer and its empty margins."""
    bottom = min(FOOTER, bottom)
    page = page.crop((0, int(page.height * top), page.width, int(page.height * bottom)))
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
