// A sheet on paper: pages of whole fiscal years, each with the heads of its columns.
import { element } from "./elements.js";

/** @typedef {import("./grid.js").Grid} Grid */

const PAPER = 975, PAPER_HEIGHT = 690, HEADER = 70, WIDEST = 1550;
/** The most blank room between two rows on paper. */
export const MOST_GAP = 20;

/** Draws a sheet on its pages. @param {Grid} grid */
export function drawPaper(grid) {
  for (const range of pages(grid)) drawPages(grid, range);
}

/** Draws the pages of some columns, each with the heads of its columns. @param {Grid} grid @param {[number, number]} range */
function drawPages(grid, range) {
  const { lefts, frozen, rows } = grid, width = lefts[frozen] + lefts[range[1]] - lefts[Math.max(range[0], frozen)], zoom = Math.min(1, PAPER / width);
  grid.range = range;
  /** @type {HTMLElement | null} */
  let page = null;
  let room = 0;
  for (const row of rows) {
    const height = grid.heightOf(row) + Math.min(MOST_GAP, gapAbove(grid, row));
    if (page === null || room < height) {
      // The first page of all has the page's own header above it.
      room = (PAPER_HEIGHT - (grid.paper.childElementCount ? 0 : HEADER)) / zoom - height;
      const before = page;
      page = element("div", { class: "sheet", role: "presentation" });
      page.style.setProperty("zoom", String(zoom));
      grid.paper.append(page);
      const heads = before === null || row < grid.start ? [] : rows.filter((one) => one >= grid.headFrom && one < grid.start);
      for (const head of heads) {
        grid.draw(head, page, 0);
        room -= grid.heightOf(head);
      }
    } else room -= height;
    grid.draw(row, page, 0);
  }
}

/** The columns of each page: whole fiscal years, as many as can be read beside the labels. @param {Grid} grid @returns {[number, number][]} */
function pages(grid) {
  const { lefts, frozen } = grid, last = grid.widths.length, starts = grid.data.years.filter((column) => column > frozen);
  if (lefts[last] <= WIDEST || !frozen || !starts.length) return [[0, last]];
  /** @type {[number, number][]} */
  const found = [];
  let from = frozen;
  [...starts, last].forEach((start, place, all) => {
    const next = all[place + 1] ?? last;
    if (start > from && lefts[frozen] + lefts[next] - lefts[from] > WIDEST) {
      found.push([from, start]);
      from = start;
    }
  });
  if (from < last) found.push([from, last]);
  return found;
}

/** The blank room above a row, which on paper is no row of its own. @param {Grid} grid @param {number} row */
export function gapAbove(grid, row) {
  const at = grid.rows.indexOf(row);
  return at <= 0 ? 0 : grid.tops[row] - grid.tops[grid.rows[at - 1] + 1];
}
