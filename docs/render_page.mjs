// The picture of a page for the docs, with a numeral of the document chosen: node render_page.mjs CHROMIUM PAGE PICTURE
import { Browser } from "../tests/page/browser.mjs";

const [program, page, picture] = process.argv.slice(2);
const CHOSEN = 20; // operating income of the quarter, in the sixth row of the first statement

const browser = await Browser.start(program, { width: 1366, height: 720 });
try {
  await browser.open(page);
  await browser.painted();
  await browser.ask(`document.querySelectorAll("mark")[${CHOSEN}].click()`);
  await browser.painted();
  if (browser.errors.length) throw new Error(browser.errors.join("\n"));
  await browser.picture(picture);
} finally {
  await browser.stop();
}
