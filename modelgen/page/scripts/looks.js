// The looks that follow the values: what holds or fails, good and bad news, the boundary of the forecast, what changed.

/** @typedef {import("./book.js").Cell} Cell */
/** @typedef {import("./grid.js").Grid} Grid */

const NEGLIGIBLE = 0.000001;
/** Texts of these roles stand left, and run on over empty cells. */
export const LEFT_ROLES = new Set(["fact", "headline", "status", "case"]);
/** Rows that spreadsheets make as high as their type. @type {Record<string, number>} */
export const TALL = { title: 30, subtitle: 24, heading: 24 };

/** The classes of a cell. @param {Grid} grid @param {Cell} cell @param {import("./values.js").Value} value */
export function lookOf(grid, cell, value) {
  const found = ["cell", `r-${cell.role}`], { row, column } = cell, sheet = grid.data;
  if (cell.wrapped) found.push("wrapped");
  if (column < grid.frozen) found.push("fixed");
  if (grid.narrow && column === 0 && !(cell.role in TALL)) found.push("tight");
  if (typeof value === "number" && !LEFT_ROLES.has(cell.role)) found.push("n");
  if (typeof value === "number" && !Number.isFinite(value)) found.push("fails");
  if (value === "n/a") found.push("muted");
  if (column === grid.boundary && row > grid.start - 2) found.push("boundary");
  if (cell.kind === "item" || cell.kind === "own") found.push("can");
  const within = (/** @type {[number, number, number][]} */ areas) => areas.some(([at, first, last]) => at === row && column >= first && column <= last);
  if (within(sheet.flags)) found.push(value === 1 ? "holds" : value === 0 ? "fails" : "");
  if (within(sheet.differences) && typeof value === "number" && !(Math.abs(value) <= NEGLIGIBLE)) found.push("fails");
  const flag = sheet.coloured.find(([at, there]) => at === row && there === column);
  if (flag) found.push(grid.book.model.values[flag[2]][0] === 1 ? "good" : "bad");
  const { holds } = grid.book.data.proof;
  if (cell.role === "status" && holds !== null) found.push(grid.book.model.values[holds][0] === 1 ? "holds" : "fails");
  const spot = grid.book.spot(cell);
  if (spot && cell.editable && !Object.is(grid.book.model.opened[spot.item][spot.column], value)) found.push("changed");
  return found.join(" ");
}

/** Whether a cell holds a zero that stands for nothing yet: an actual value of a period to come. */
/** @param {Grid} grid @param {Cell} cell @param {import("./values.js").Value} value */
export function isPending(grid, cell, value) {
  const spot = grid.book.spot(cell);
  return spot !== null && value === 0 && grid.data.pending.some(([row, first, last]) => row === cell.row && cell.column >= first && cell.column <= last)
    && grid.book.isForecast(spot) === true;
}

/** The first column of a forecast period. @param {Grid} grid */
export function boundaryOf(grid) {
  const { boundary } = grid.data;
  if (boundary === null) return -1;
  const [first, last, row] = boundary, flags = grid.book.cells(grid.sheet, row);
  let before = "";
  for (const cell of flags) {
    if (cell.column < first || cell.column > last) continue;
    const flag = String(grid.book.value(cell));
    if (flag === "Forecast" && before !== "Forecast") return cell.column;
    before = flag;
  }
  return -1;
}
