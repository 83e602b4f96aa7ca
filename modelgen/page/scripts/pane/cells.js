// A workbook as plain data: its cells, names and areas, as the host reads them. Rows and columns count from 0.

/** @typedef {string | number | boolean} Held what a cell holds; empty text for a blank one */
/** @typedef {{name: string, row: number, column: number, values: Held[][], formulas: Held[][], names: Record<string, string>}} SheetRead */
/** @typedef {{sheets: SheetRead[], names: Record<string, string>, carried: string | null}} WorkbookRead */
/** @typedef {{sheet: string, row: number, column: number}} Key */
/** @typedef {{sheet: string, row: number, column: number, lastRow: number, lastColumn: number}} Area */

const AREA = /^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/i;
const TOKEN = /("(?:[^"]|"")*")|((?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w.(]))|([\w.]+\()|([\w.\\?]+)|(\s+)|([^])/g;
const KINDS = ["text", "area", "function", "word", "space", "other"];

/** The parts of a formula after its equals sign, each with its kind. @param {string} formula @returns {[string, string][]} */
export const tokens = (formula) => [...formula.replace(/^=/, "").matchAll(TOKEN)].map((found) => [KINDS[found.slice(1).findIndex((part) => part !== undefined)], found[0]]);

/** The area of a reference, on `sheet` where it names none; null for anything else. @param {string} text @param {string} [sheet] @returns {Area | null} */
export function area(text, sheet = "") {
  const found = AREA.exec(text.replace(/^=/, ""));
  if (!found) return null;
  const where = found[1] ? found[1].replace(/''/g, "'") : found[2] ?? sheet;
  const [row, lastRow] = [Number(found[4]), Number(found[6] ?? found[4])].sort((a, b) => a - b);
  const [column, lastColumn] = [columnOf(found[3]), columnOf(found[5] ?? found[3])].sort((a, b) => a - b);
  return where ? { sheet: where, row: row - 1, column, lastRow: lastRow - 1, lastColumn } : null;
}

/** @param {string} letters */
const columnOf = (letters) => [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** A cell as a person writes it: Debt!H14. @param {Key} key */
export function a1({ sheet, row, column }) {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${sheet}!${letters}${row + 1}`;
}

/** The key of a map. @param {Key} key */
export const keyed = ({ sheet, row, column }) => `${row} ${column} ${sheet}`;

export class Cells {
  /** @param {WorkbookRead} read */
  constructor(read) {
    this.read = read;
    this.sheets = new Map(read.sheets.map((sheet) => [sheet.name, sheet]));
    /** @type {Map<string, Area>} */
    this.names = new Map();
    for (const [name, formula] of Object.entries(read.names)) {
      const found = area(formula);
      if (found) this.names.set(name, found);
    }
    this.folded = new Map([...this.names].map(([name, found]) => [name.toUpperCase(), found]));
  }

  /** An area that a sheet names for itself. @param {string} sheet @param {string} name @returns {Area | null} */
  own(sheet, name) {
    const formula = this.sheets.get(sheet)?.names[name];
    return formula === undefined ? null : area(formula);
  }

  /** What a cell holds or computes; null if it is blank. @param {Key} key @returns {Held | null} */
  value(key) {
    const sheet = this.sheets.get(key.sheet), held = sheet?.values[key.row - sheet.row]?.[key.column - sheet.column];
    return held === undefined || held === "" ? null : held;
  }

  /** A cell's formula, null if it has none: Excel tells a text that begins with = as its formula, too. @param {Key} key @returns {string | null} */
  formula(key) {
    const sheet = this.sheets.get(key.sheet), held = sheet?.formulas[key.row - sheet.row]?.[key.column - sheet.column];
    return typeof held === "string" && held.startsWith("=") && held !== this.value(key) ? held : null;
  }

  /** What a part of a formula on a sheet refers to. @param {string} text @param {string} sheet */
  area(text, sheet) {
    return area(text, sheet) ?? this.folded.get(text.toUpperCase()) ?? null;
  }

  /** The values of a name's cells, from top to bottom. @param {string} name @returns {(Held | null)[]} */
  column(name) {
    const found = this.names.get(name);
    return found ? Array.from({ length: found.lastRow - found.row + 1 }, (_, step) => this.value({ ...found, row: found.row + step })) : [];
  }
}
