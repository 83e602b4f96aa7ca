// Which formulas of lines are no longer those that the workbook was built with: each cell's formula in names (as
// modelgen/workbook and the extension for LibreOffice write it) against the map's.
import { a1, keyed, tokens } from "./cells.js";

/** @typedef {import("./located.js").Located} Located */
/** @typedef {import("./located.js").Header} Header */
/** @typedef {import("./cells.js").Key} Key */
/** @typedef {{key: Key, id: string, was: string, now: string}} Overtyped */

const FIXED = /\$[A-Z]+\$?\d+$/i, GIVEN = "given", NOTHING = "nothing";
/** @type {Record<string, string>} */
const PREFIX = { checks: "check.", stamps: "stamp." };

/** @param {Located} located @returns {Overtyped[]} */
export function overtyped(located) {
  /** @type {Overtyped[]} */
  const found = [];
  located.data.items.forEach((item, place) => {
    const row = located.map.get(item.id);
    if (item.kind !== "line" || !row?.formula) return;
    const before = item.timeline === undefined ? 0 : located.data.timelines[item.timeline].before;
    const blank = new Set(String(row.blank ?? "").split(/\s+/).filter(Boolean).map((column) => Number(column) - 1));
    located.keys[place].forEach((key, column) => {
      if (key === null) return;
      const own = column < before ? (blank.has(column) ? NOTHING : String(row.comparative ?? "")) : "";
      const was = own || String(row.formula);
      if (was === GIVEN && located.cells.formula(key) === null && typeof located.cells.value(key) === "number") return;
      const now = content(located, key);
      if (now !== was) found.push({ key, id: item.id, was, now });
    });
  });
  return found;
}

/** What a cell holds: its formula in names, or its constant. @param {Located} located @param {Key} key */
export function content(located, key) {
  if (located.cells.formula(key) !== null) return inNames(located, key);
  const value = located.cells.value(key);
  return value === null ? NOTHING : typeof value === "string" ? `the text '${value}'` : String(value);
}

/** A cell's formula in names. @param {Located} located @param {Key} key */
export function inNames(located, key) {
  const parts = tokens(located.cells.formula(key) ?? "").map(([kind, text]) => {
    const area = kind === "area" || kind === "word" ? located.cells.area(text, key.sheet) : null;
    if (area) return areaName(located, area, key, FIXED.test(text));
    return kind === "space" ? "" : text.replace(/^_xlfn\./, "");
  });
  return `=${parts.join("")}`;
}

/** @param {Located} located @param {Key} cell @returns {Header | undefined} */
const headerOf = (located, cell) => located.headers.get(cell.sheet)?.find(({ numbers }) => numbers.has(cell.column));

/** Whether a cell is in its sheet's row of period ends. @param {Located} located @param {Key} cell */
function isHeader(located, cell) {
  const area = located.cells.own(cell.sheet, "period_ends");
  return area !== null && cell.row === area.row && cell.column >= area.column;
}

/** @param {Located} located @param {import("./cells.js").Area} area @param {Key} key @param {boolean} fixed */
function areaName(located, area, key, fixed) {
  const first = { sheet: area.sheet, row: area.row, column: area.column }, last = { sheet: area.sheet, row: area.lastRow, column: area.lastColumn };
  if (area.row === area.lastRow && area.column === area.lastColumn) return cellName(located, first, key, fixed);
  if (isHeader(located, first) && area.row === area.lastRow && area.sheet === key.sheet) return "period_end[all]";
  const one = located.spot(first) ?? located.spot({ ...first, column: area.lastColumn }), other = located.spot(last);
  if (one && other && one.item === other.item) return `${located.data.items[one.item].id}[all]`;
  return `${cellName(located, first, key, false)}:${cellName(located, last, key, false)}`;
}

/** @param {Located} located @param {Key} cell @param {Key} key @param {boolean} fixed */
function cellName(located, cell, key, fixed) {
  const spot = located.spot(cell);
  if (!spot) return unnamed(located, cell, key);
  const item = located.data.items[spot.item];
  if (item.timeline === undefined) return item.id;
  const here = headerOf(located, key), there = headerOf(located, cell);
  if (!fixed && here && there && here.series === there.series) {
    const lag = Number(here.numbers.get(key.column)) - Number(there.numbers.get(cell.column));
    if (lag >= 0) return lag === 0 ? item.id : `${item.id}[-${lag}]`;
  }
  return `${item.id}@${there ? there.days[there.columns.indexOf(cell.column)] : ""}`;
}

/** The name of a cell that belongs to no input or line. @param {Located} located @param {Key} cell @param {Key} key */
function unnamed(located, cell, key) {
  if (isHeader(located, cell) && cell.sheet === key.sheet && cell.column === key.column) return "period_end";
  const tabled = located.tabled.get(keyed(cell)), sameRow = cell.sheet === key.sheet && cell.row === key.row;
  if (tabled) {
    if (sameRow) return `[${tabled.key}]`;
    const kind = tabled.table.split(".")[0];
    return kind === "table" ? "record" : `${PREFIX[kind] ?? ""}${tabled.id}.${tabled.key}`;
  }
  const before = blankBefore(located, cell, key);
  if (before) return before;
  if (sameRow) return `[${a1(cell).split("!").pop()?.replace(/\d+$/, "")}]`;
  return located.cells.value(cell) === null ? a1(cell) : "record";
}

/** The blank before a row's first period, as the row's previous period; empty if it is not that. */
/** @param {Located} located @param {Key} cell @param {Key} key */
function blankBefore(located, cell, key) {
  if (located.cells.value(cell) !== null) return "";
  const next = (/** @type {Header} */ header) => Math.min(...header.columns.filter((column) => column > cell.column));
  const there = (located.headers.get(cell.sheet) ?? []).filter((header) => Number.isFinite(next(header))).sort((a, b) => next(a) - next(b))[0];
  if (!there) return "";
  const after = next(there), following = located.spot({ ...cell, column: after });
  if (!following || located.data.items[following.item].timeline === undefined) return "";
  return headerOf(located, key)?.numbers.get(key.column) === there.numbers.get(after) ? `${located.data.items[following.item].id}[-1]` : "";
}
