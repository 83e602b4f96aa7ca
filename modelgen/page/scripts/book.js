// The sheets and what stands in their cells: values, labels, periods, figures, and where each item is shown.
import { formatted, shortMonth } from "./formats.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Spot} Spot */
/** @typedef {import("./values.js").Value} Value */
/** @typedef {{sheet: number, row: number, column: number}} Place a cell of a sheet, counted from 0 */
/**
 * @typedef {object} Cell
 * @property {number} row
 * @property {number} column
 * @property {string} role
 * @property {string} format
 * @property {boolean} wrapped
 * @property {"text" | "number" | "item" | "own" | "link"} kind
 * @property {number} [item] of kind item: the item and its column
 * @property {number} [at]
 * @property {number} [own] of kind own: the formula
 * @property {string} [text]
 * @property {number} [number]
 * @property {Place} [target] of kind link
 * @property {boolean} [editable]
 */
/** @typedef {{title: string, kind: string, unit: string, multiple: boolean, percent: boolean, series: {name: string, item: number}[], labels: number | null}} Chart */
/**
 * @typedef {object} Sheet
 * @property {string} name
 * @property {string} title
 * @property {string} tab
 * @property {[number, number]} freeze
 * @property {number[]} widths in pixels
 * @property {number} height of a row that has none of its own
 * @property {Record<string, number>} heights
 * @property {[number, any[][]][]} rows
 * @property {Chart[]} charts
 * @property {[number, number, number][]} flags
 * @property {[number, number, number][]} differences
 * @property {[number, number, number][]} coloured
 * @property {[number, number, number][]} pending
 * @property {number[]} years the first column of each fiscal year
 * @property {[number, number, number] | null} boundary
 */
/**
 * @typedef {object} Figure
 * @property {string} id
 * @property {number} line
 * @property {number} column
 * @property {string | null} period
 * @property {string} printed
 * @property {string} source
 * @property {string} place
 * @property {string} words
 * @property {number} [computed]
 * @property {number} [difference]
 * @property {number} [holds]
 */
/** @typedef {{id: string, label: string, kind: string, item: number, holds: number, largest?: number}} Check */
/** @typedef {{id: string, title: string, publisher: string, date: string, lines: [string, string, number[][]][] | null}} Source */
/**
 * @typedef {import("./model.js").Program & {
 *   deal: string, company: string, title: string, as_of: string, sheets: Sheet[], texts: string[], roles: string[], formats: string[],
 *   homes: Record<string, [number, number, number, number]>, sources: Source[], outputs: number[],
 *   turned: [number, number | null][], vary: {id: string, text: string}[], save?: string,
 *   proof: {figures: Figure[], checks: Check[], status: number | null, holds: number | null, scenario: number | null},
 * }} Data
 */

const WRAPPED = "_wrapped";

export class Book {
  /** @param {Model} model @param {Data} data */
  constructor(model, data) {
    this.model = model;
    this.data = data;
    /** @type {Map<string, Cell[]>} */
    this.expanded = new Map();
    this.rows = data.sheets.map((sheet) => new Map(sheet.rows));
    /** The figures of each item and column, as "item column". @type {Map<string, number[]>} */
    this.figures = new Map();
    data.proof.figures.forEach((figure, number) => this.cite(figure.line, figure.column, number));
    model.items.forEach((item, place) => {
      // A leaf's actual values stand on a sheet of their own; their figures are the line's.
      const line = item.leaf === undefined ? undefined : model.places.get(item.leaf);
      if (line === undefined || item.timeline === undefined) return;
      for (let column = 0; column < model.values[place].length; column++) {
        for (const figure of this.figures.get(`${line} ${column}`) ?? []) this.cite(place, column, figure);
      }
    });
  }

  /** @param {number} item @param {number} column @param {number} figure */
  cite(item, column, figure) {
    const key = `${item} ${column}`, found = this.figures.get(key);
    if (found) found.push(figure);
    else this.figures.set(key, [figure]);
  }

  /** The cells of a row from left to right. @param {number} sheet @param {number} row @returns {Cell[]} */
  cells(sheet, row) {
    const key = `${sheet} ${row}`;
    let found = this.expanded.get(key);
    if (found === undefined) {
      found = (this.rows[sheet].get(row) ?? []).flatMap((run) => this.run(row, run));
      this.expanded.set(key, found);
    }
    return found;
  }

  /** @param {number} row @param {any[]} run @returns {Cell[]} */
  run(row, [column, count, role, format, kind, ...rest]) {
    const name = this.data.roles[role], wrapped = name.endsWith(WRAPPED);
    /** @type {Cell} */
    const cell = { row, column, kind, wrapped, role: wrapped ? name.slice(0, -WRAPPED.length) : name, format: this.data.formats[format] };
    if (kind === "item") {
      const editable = this.model.items[rest[0]].kind === "input";
      return Array.from({ length: count }, (_, step) => ({ ...cell, column: column + step, item: rest[0], at: rest[1] + step, editable }));
    }
    if (kind === "own") return [{ ...cell, own: rest[0] }];
    if (kind === "number") return [{ ...cell, number: rest[0] }];
    if (kind === "link") return [{ ...cell, text: this.data.texts[rest[0]], target: { sheet: rest[1], row: rest[2], column: rest[3] } }];
    return [{ ...cell, text: this.data.texts[rest[0]] }];
  }

  /** @param {Place} place @returns {Cell | null} */
  cell({ sheet, row, column }) {
    return this.cells(sheet, row).find((cell) => cell.column === column) ?? null;
  }

  /** @param {Cell} cell @returns {Value} */
  value(cell) {
    if (cell.item !== undefined) return this.model.values[cell.item][/** @type {number} */ (cell.at)];
    if (cell.own !== undefined) return this.model.ownValues[cell.own];
    return cell.number ?? cell.text ?? null;
  }

  /** @param {Cell} cell @returns {string} */
  shown(cell) {
    return formatted(this.value(cell), cell.format);
  }

  /** The item in a cell, null for a text or a formula of the sheet itself. @param {Cell} cell @returns {Spot | null} */
  spot(cell) {
    return cell.item === undefined ? null : { item: cell.item, column: cell.at ?? 0 };
  }

  /** Where a value stands. @param {Spot} spot @returns {Place | null} */
  where({ item, column }) {
    const home = this.data.homes[item];
    if (home === undefined) return null;
    const [sheet, row, first, proper] = home, before = this.model.first(item);
    return { sheet, row, column: column < before ? first + column : proper + column - before };
  }

  /** @param {Spot} spot the name of its period, empty for a single value */
  period({ item, column, all }) {
    const timeline = this.model.items[item].timeline;
    if (timeline === undefined) return "";
    const { ends, label } = this.model.program.timelines[timeline];
    if (all) return "all periods";
    const named = label ? this.model.values[/** @type {number} */ (this.model.places.get(label))]?.[column] : null;
    return typeof named === "string" ? named : shortMonth(ends[column]);
  }

  /** The unit's number format and words. @param {number} item */
  unit(item) {
    const id = this.model.items[item].unit;
    const [label, format, kind, percent] = id === null ? ["", "", "text", false] : this.model.program.units[id];
    return { label: kind === "number" ? label : "", format, kind, percent };
  }

  /** A value with its unit, for a sentence. @param {Spot} spot @param {Value} [value] */
  words(spot, value = this.model.values[spot.item][spot.column]) {
    const { format, label, percent } = this.unit(spot.item), choice = this.model.items[spot.item].choices?.find(([code]) => code === value);
    if (value === null) return "blank";
    if (choice) return choice[1];
    const shown = formatted(value, format).replace(/\u00a0/g, ""), text = value === 0 && shown === "–" ? "0" : shown;
    return label && !percent && typeof value === "number" ? `${text} ${label}` : text;
  }

  /** The figures that a value ties to. @param {Spot} spot @returns {number[]} */
  figuresOf({ item, column }) {
    return this.figures.get(`${item} ${column}`) ?? [];
  }

  /** Whether a period is a forecast; null where the timeline does not say. @param {Spot} spot */
  isForecast({ item, column }) {
    const timeline = this.model.items[item].timeline;
    const flag = timeline === undefined ? null : this.model.program.timelines[timeline].actual;
    const place = flag === null ? undefined : this.model.places.get(flag);
    return place === undefined ? null : this.model.values[place][column] !== 1;
  }
}
