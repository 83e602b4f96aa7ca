// Where the items of the model stand in the workbook, by its contract (docs/contract.md): names, never labels or addresses.
import { isoDay } from "../formats.js";
import { keyed } from "./cells.js";

/** @typedef {import("./cells.js").Cells} Cells */
/** @typedef {import("./cells.js").Key} Key */
/** @typedef {import("../book.js").Data} Data */
/** @typedef {import("../model.js").Spot} Spot */
/** @typedef {{sheet: string, row: number, columns: number[], days: string[], numbers: Map<number, number>, series: string}} Header the columns of a sheet's periods */
/** @typedef {Record<string, string | number | boolean | null>} MapRow */

const HEADERS = ["period_ends", "ytd_ends", "fy_ends", "ltm_ends"], HALF_MONTH = 15;
const MAP = ["id", "kind", "label", "basis", "formula", "comparative", "blank", "total", "codes"];

/** The rows of the workbook's map by id; null if it has none. @param {Cells} cells @returns {Map<string, MapRow> | null} */
export function mapOf(cells) {
  if (!cells.names.has("modelgen.lines.id")) return null;
  const columns = MAP.map((key) => cells.column(`modelgen.lines.${key}`));
  return new Map(columns[0].map((id, row) => [String(id ?? ""), Object.fromEntries(MAP.map((key, at) => [key, columns[at][row] ?? null]))]));
}

/** The periods that a sheet's columns stand for. @param {Cells} cells @param {string} sheet @returns {Header[]} */
function headersOf(cells, sheet) {
  return HEADERS.flatMap((name) => {
    const area = cells.own(sheet, name);
    if (!area) return [];
    const all = Array.from({ length: area.lastColumn - area.column + 1 }, (_, step) => area.column + step);
    const columns = all.filter((column) => typeof cells.value({ sheet, row: area.row, column }) === "number");
    const serials = columns.map((column) => Number(cells.value({ sheet, row: area.row, column })));
    const months = serials.map((serial) => {
      const day = isoDay(serial - HALF_MONTH);
      return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
    });
    const [before = 0, last = 0] = months.slice(-2), step = last - before || 1;
    const numbers = new Map(columns.map((column, at) => [column, Math.floor(months[at] / step)]));
    return [{ sheet, row: area.row, columns, days: serials.map(isoDay), numbers, series: [...numbers.values()].join(" ") }];
  });
}

export class Located {
  /** @param {Cells} cells @param {Data} data */
  constructor(cells, data) {
    this.cells = cells;
    this.data = data;
    this.map = mapOf(cells) ?? new Map();
    this.headers = new Map([...cells.sheets.keys()].map((sheet) => [sheet, headersOf(cells, sheet)]));
    /** The cells of each item, by column; null where one has none. @type {(Key | null)[][]} */
    this.keys = data.items.map((item) => this.cellsOf(item));
    /** @type {Map<string, Spot>} */
    this.spots = new Map();
    this.keys.forEach((keys, item) => keys.forEach((key, column) => key && this.spots.set(keyed(key), { item, column })));
    /** The ids whose names, or the cells they referred to, have been deleted. */
    this.lost = data.items.filter(({ id }, place) => id && !this.keys[place].some((key) => key !== null)).map(({ id }) => id);
    /** @type {Map<string, {table: string, id: string, key: string}>} */
    this.tabled = new Map();
    for (const [name, area] of cells.names) this.note(name, area);
  }

  /** @param {import("../model.js").Item} item @returns {(Key | null)[]} */
  cellsOf({ id, timeline }) {
    const area = id ? this.cells.names.get(id) : undefined, sheet = area?.sheet ?? "", row = area?.row ?? 0;
    if (timeline === undefined) return [area ? { sheet, row, column: area.column } : null];
    const { ends } = this.data.timelines[timeline];
    const header = area && this.headers.get(sheet)?.find(({ columns }) => columns.some((column) => column >= area.column && column <= area.lastColumn));
    if (!header) return ends.map(() => null);
    // In order where nothing was inserted among them, else by their dates.
    const { columns, days } = header, inOrder = columns.length === ends.length;
    return ends.map((end, at) => {
      const column = inOrder ? columns[at] : columns[days.indexOf(end)];
      return column === undefined ? null : { sheet, row, column };
    });
  }

  /** Notes the cells of a column of a table of the contract. @param {string} name @param {import("./cells.js").Area} area */
  note(name, area) {
    const found = /^modelgen\.(figures|checks|stamps\.\d+|table\.\d+)\.(.+)$/.exec(name);
    if (!found) return;
    const ids = this.cells.column(`modelgen.${found[1]}.id`);
    for (let row = area.row; row <= area.lastRow; row++) {
      const key = keyed({ sheet: area.sheet, row, column: area.column });
      if (!this.tabled.has(key)) this.tabled.set(key, { table: found[1], id: String(ids[row - area.row] ?? ""), key: found[2] });
    }
  }

  /** The item in a cell. @param {Key} key @returns {Spot | null} */
  spot(key) {
    return this.spots.get(keyed(key)) ?? null;
  }

  /** @param {Spot} spot @returns {Key | null} */
  key({ item, column }) {
    return this.keys[item][column] ?? null;
  }

  /** The cell of the ledger of figures in which a figure stands. @param {number} figure its number @returns {Key | null} */
  figure(figure) {
    const area = this.cells.names.get("modelgen.figures.published"), at = this.cells.column("modelgen.figures.id").indexOf(this.data.proof.figures[figure].id);
    return area && at >= 0 ? { sheet: area.sheet, row: area.row + at, column: area.column } : null;
  }

  /** The figure of a cell in the ledger; null for any other cell. @param {Key} key @returns {number | null} */
  figureAt(key) {
    const found = this.tabled.get(keyed(key));
    const at = found?.table === "figures" ? this.data.proof.figures.findIndex(({ id }) => id === found.id) : -1;
    return at >= 0 ? at : null;
  }
}
