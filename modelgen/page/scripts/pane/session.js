// What the pane knows of an open workbook: its model at the workbook's inputs, where everything stands, and what differs.
import { Book } from "../book.js";
import { Model } from "../model.js";
import { carriedIn, unpacked } from "./carried.js";
import { changedElsewhere } from "./built.js";
import { Cells } from "./cells.js";
import { Located, mapOf } from "./located.js";
import { overtyped } from "./overtyped.js";

/** @typedef {import("./cells.js").WorkbookRead} WorkbookRead */
/** @typedef {import("./cells.js").Key} Key */
/** @typedef {import("../model.js").Spot} Spot */
/** @typedef {{item: number, column: number, value: number | null}} Change */

const NOT_OURS = "This workbook was not built by modelgen: it has no map of its lines. Open one that modelgen build wrote.";
const NOT_CARRIED = "This workbook no longer carries its model: a program that saved it has dropped the part, as openpyxl does, or an older modelgen built it. Build it again.";
const TOLERANCE = 1e-9, MOST_APART = 200;

export class Session {
  // What `locate` finds.
  /** @type {Cells} */ cells;
  /** @type {Located} */ located;

  /** Reads a workbook. Throws an Error that says why it cannot. @param {WorkbookRead} read */
  constructor(read) {
    const cells = new Cells(read), map = mapOf(cells);
    if (map === null) throw new Error(NOT_OURS);
    if (!read.carried) throw new Error(NOT_CARRIED);
    const { data, factories } = unpacked(carriedIn(read.carried), (id) => /** @type {any} */ (map.get(id)));
    this.data = data;
    /** Inputs that cannot be read as numbers, by item and column, with what they hold. @type {Map<string, string>} */
    this.unread = new Map();
    this.locate(cells);
    /** What the workbook's input cells hold, by item and column. */
    this.held = this.inputs();
    for (const { item, column, value } of this.held.values()) /** @type {any} */ (data.items[item].values)[column] = value;
    this.model = new Model(data, factories);
    this.book = new Book(this.model, data);
    this.overtyped = [...overtyped(this.located), ...changedElsewhere(this.located)];
  }

  /** @param {Cells} cells the workbook as it stands */
  locate(cells) {
    this.cells = cells;
    this.located = new Located(cells, this.data);
  }

  /** The inputs as the workbook's cells hold them. @returns {Map<string, Change>} */
  inputs() {
    /** @type {Map<string, Change>} */
    const found = new Map();
    this.unread.clear();
    this.data.items.forEach(({ kind, closed }, item) => {
      if (kind !== "input") return;
      this.located.keys[item].forEach((key, column) => {
        if (key === null || closed?.includes(column)) return;
        const held = this.cells.value(key), value = typeof held === "boolean" ? Number(held) : held;
        if (typeof value === "string") this.unread.set(`${item} ${column}`, value);
        else found.set(`${item} ${column}`, { item, column, value });
      });
    });
    return found;
  }

  /** Takes over what was changed in the workbook since it was read. @param {WorkbookRead} read @returns {Set<number>} what moved */
  sync(read) {
    this.locate(new Cells(read));
    this.overtyped = [...overtyped(this.located), ...changedElsewhere(this.located)];
    const now = this.inputs(), changes = [...now].filter(([key, { value }]) => !Object.is(this.held.get(key)?.value, value)).map(([, change]) => change);
    this.held = now;
    return this.model.change(changes);
  }

  /** What the pane's model holds and the workbook does not yet, cell by cell. @returns {{spot: Spot, key: Key, value: number | null}[]} */
  unwritten() {
    /** @type {{spot: Spot, key: Key, value: number | null}[]} */
    const found = [];
    for (const { item, column, value } of this.held.values()) {
      const now = /** @type {number | null} */ (this.model.values[item][column]), key = this.located.key({ item, column });
      if (key && !Object.is(now, value)) found.push({ spot: { item, column }, key, value: now });
    }
    return found;
  }

  /** The cells of lines that Excel computes otherwise than the model at the workbook's inputs; none while something is unwritten. */
  apart() {
    /** @type {Spot[]} */
    const found = [];
    if (this.unwritten().length) return found;
    this.model.items.forEach(({ kind, id }, item) => {
      if (kind !== "line" || !id) return;
      this.located.keys[item].forEach((key, column) => {
        if (key && found.length < MOST_APART && !alike(this.cells.value(key), this.model.values[item][column])) found.push({ item, column });
      });
    });
    return found;
  }
}

/** Whether a cell shows what the model computes. @param {import("./cells.js").Held | null} held @param {import("../values.js").Value} computed */
function alike(held, computed) {
  if (typeof computed === "string") return computed === (held ?? "");
  if (computed !== null && !Number.isFinite(Number(computed))) return computed === Infinity || held === null || (typeof held === "string" && held.startsWith("#"));
  if (typeof held === "string") return false;
  const a = Number(held ?? 0), b = Number(computed ?? 0);
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}
