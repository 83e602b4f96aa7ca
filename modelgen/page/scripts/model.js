// The model: computes every line once when the page opens, and after a change only what depends on it.
import { Row, back, num, shown, truth, watched } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {[number, (number | [number, number, number[]])[], [number, string, number, number][], number | null]} Code */
/** @typedef {(column: number) => Value} Cell */
/**
 * @typedef {object} Item
 * @property {string} id
 * @property {string} label
 * @property {string | null} unit
 * @property {"input" | "line" | "recorded"} kind
 * @property {number} [timeline]
 * @property {Value[]} [values]
 * @property {Code} [code]
 * @property {Code} [comparative]
 * @property {number[]} [given]
 * @property {number[]} [blank]
 * @property {number | null} [least]
 * @property {number | null} [most]
 * @property {[number, string][]} [choices]
 * @property {boolean} [optional]
 * @property {boolean} [whole]
 * @property {string} [leaf]
 * @property {number[]} [closed]
 * @property {string} [status]
 * @property {string} [basis]
 * @property {string} [check]
 * @property {number} [record]
 * @property {string} [names]
 * @property {string} [words]
 * @property {string} [note]
 */
/** @typedef {{id: string, ends: string[], before: number, step: string, actual: string | null, label: string}} Timeline */
/** @typedef {{lines: number[], reads: number[], together: boolean}} Group */
/** @typedef {{at: string, code: Code, column: number, reads: number[]}} Own */
/**
 * @typedef {object} Program
 * @property {Timeline[]} timelines
 * @property {Record<string, [string, string, string, boolean]>} units label, format, kind, whether in percent
 * @property {Item[]} items
 * @property {Group[]} order
 * @property {Own[]} own
 */
/** @typedef {{item: number, column: number, all?: boolean}} Spot a cell of an item, or (`all`) its whole row */

/** The greatest amount of an input without a range (modelgen/text/setting.py). */
const UNBOUNDED = 1e12;

export class Model {
  /** @param {Program} program @param {((...rows: any[]) => Cell)[]} factories */
  constructor(program, factories) {
    this.program = program;
    this.factories = factories;
    this.items = program.items;
    /** @type {Map<string, number>} */
    this.places = new Map(program.items.map((item, place) => [item.id, place]));
    /** @type {Value[][]} */
    this.values = program.items.map((item) => {
      const line = item.timeline === undefined ? null : program.timelines[item.timeline];
      if (item.values !== undefined) return item.values.slice();
      return new Array(line === null ? 1 : line.ends.length).fill(NaN);
    });
    /** The rows that formulas look up, by item. @type {Map<number, Row[]>} */
    this.rows = new Map();
    this.cells = program.items.map((item) => (item.code === undefined ? null : this.linked(item.code)));
    this.before = program.items.map((item) => (item.comparative ? this.linked(item.comparative) : null));
    this.own = program.own.map((one) => this.linked(one.code));
    /** @type {Value[]} */
    this.ownValues = program.own.map(() => NaN);
    this.ownPlaces = new Map(program.own.map((one, place) => [one.at, place]));
    this.computed(null);
    /** The values as the page was opened. */
    this.opened = this.values.map((row) => row.slice());
    this.ownOpened = this.ownValues.slice();
  }

  /** The function of a column for a formula. @param {Code} code @returns {Cell} */
  linked([factory, parameters]) {
    return this.factories[factory](...parameters.map((what) => this.parameter(what)));
  }

  /** @param {number | [number, number, number[]]} what */
  parameter(what) {
    if (typeof what === "number") return this.values[what];
    const row = new Row(this.values[what[0]], what[1], what[2]), known = this.rows.get(what[0]);
    if (known) known.push(row);
    else this.rows.set(what[0], [row]);
    return row;
  }

  /** Computes all groups, or those that read what is stale. @param {Set<number> | null} stale */
  computed(stale) {
    for (const group of this.program.order) {
      if (stale !== null && !group.reads.some((place) => stale.has(place))) continue;
      for (const place of group.together ? this.together(group.lines) : this.line(group.lines[0])) stale?.add(place);
    }
    this.program.own.forEach((one, place) => {
      if (stale === null || one.reads.some((read) => stale.has(read))) {
        this.ownValues[place] = shown(this.own[place](one.column));
      }
    });
  }

  /** Lets look-ups remember what they found in rows that stand still, or no longer. @param {Set<number> | null} moving */
  remember(moving) {
    for (const [place, rows] of this.rows) for (const row of rows) row.found = moving === null || moving.has(place) ? null : { days: [], places: [] };
  }

  /** Some groups as a function that computes them, in their order, without asking what changed. */
  /** @param {Group[]} groups @returns {() => void} */
  runner(groups) {
    const steps = groups.map(({ lines }) => {
      const first = this.first(lines[0]);
      return { first, places: first ? lines : [], rows: lines.map((place) => this.values[place]), cells: lines.map((place) => /** @type {Cell} */ (this.cells[place])) };
    });
    return () => {
      for (const { first, places, rows, cells } of steps) {
        for (const place of places) this.comparatives(place);
        for (let column = first; column < rows[0].length; column++) {
          for (let line = 0; line < rows.length; line++) rows[line][column] = shown(cells[line](column));
        }
      }
    };
  }

  /** Computes a line in all columns; its place, if anything changed. @param {number} place */
  line(place) {
    const values = this.values[place], cell = /** @type {Cell} */ (this.cells[place]);
    let changed = this.comparatives(place);
    for (let column = this.first(place); column < values.length; column++) {
      const value = shown(cell(column));
      if (!Object.is(value, values[column])) {
        values[column] = value;
        changed = true;
      }
    }
    return changed ? [place] : [];
  }

  /** Computes lines that need each other's earlier periods, period by period. @param {number[]} lines */
  together(lines) {
    const changed = new Set(lines.filter((place) => this.comparatives(place)));
    for (let column = this.first(lines[0]); column < this.values[lines[0]].length; column++) {
      for (const place of lines) {
        const value = shown(/** @type {Cell} */ (this.cells[place])(column));
        if (!Object.is(value, this.values[place][column])) {
          this.values[place][column] = value;
          changed.add(place);
        }
      }
    }
    return changed;
  }

  /** The first column of a line that is not a comparative period. @param {number} place */
  first(place) {
    const timeline = this.items[place].timeline;
    return timeline === undefined ? 0 : this.program.timelines[timeline].before;
  }

  /** Computes a line's comparative columns. @param {number} place @returns {boolean} whether any changed */
  comparatives(place) {
    const item = this.items[place], values = this.values[place];
    const cell = /** @type {Cell} */ (this.before[place] ?? this.cells[place]);
    let changed = false;
    for (let column = 0; column < this.first(place); column++) {
      const blank = item.blank?.includes(column) ?? false;
      const value = item.given ? item.given[column] : blank ? NaN : shown(cell(column));
      if (!Object.is(value, values[column])) {
        values[column] = value;
        changed = true;
      }
    }
    return changed;
  }

  /** The place of an item; for an input also by the id of the line whose actual values it holds. */
  /** @param {string} id @param {boolean} [forInput] @returns {number} */
  place(id, forInput = false) {
    let place = this.places.get(id);
    if (forInput && (place === undefined || this.items[place].kind !== "input")) {
      place = this.items.findIndex((item) => item.leaf === id);
      if (place < 0) throw new Error(`'${id}' is not an input`);
    }
    if (place === undefined) throw new Error(`'${id}' is not an input or a line`);
    return place;
  }

  /** The column of a period, named by its last day or month. @param {number} place @param {string} [period] */
  column(place, period) {
    const item = this.items[place];
    if (item.timeline === undefined) return 0;
    const ends = this.program.timelines[item.timeline].ends;
    const column = ends.findIndex((end) => end === period || end.slice(0, 7) === period);
    if (column < 0) throw new Error(`'${item.id}' has no period ${period}: from ${ends[0]} to ${ends[ends.length - 1]}`);
    return column;
  }

  /** Why an input may not hold a value; empty if it may. @param {number} place @param {number | null} value */
  problem(place, value) {
    const item = this.items[place];
    if (value === null) return item.optional ? "" : "it is blank, but a value is needed";
    const codes = item.choices?.map(([code]) => code);
    const least = item.least ?? -UNBOUNDED, most = item.most ?? UNBOUNDED;
    if (!(value >= least && value <= most) || (codes && !codes.includes(value))) return "it is out of range";
    const isDate = item.unit !== null && this.program.units[item.unit][2] === "date";
    if (value !== Math.trunc(value) && (item.whole || isDate)) return "it is not a whole number";
    return "";
  }

  /** Sets inputs, by place and column, and computes what depends on them. */
  /** @param {{item: number, column: number, value: number | null}[]} changes @returns {Set<number>} what changed */
  change(changes) {
    /** @type {Set<number>} */
    const stale = new Set();
    for (const { item, column, value } of changes) {
      if (this.items[item].closed?.includes(column)) throw new Error(`'${this.items[item].id}' is blank in this period`);
      if (Object.is(this.values[item][column], value)) continue;
      this.values[item][column] = value;
      stale.add(item);
    }
    if (stale.size) this.computed(stale);
    return stale;
  }

  /** The inputs that differ from the page as opened. @returns {Spot[]} */
  changes() {
    /** @type {Spot[]} */
    const found = [];
    this.items.forEach((item, place) => {
      if (item.kind !== "input") return;
      this.values[place].forEach((value, column) => {
        if (!Object.is(value, this.opened[place][column])) found.push({ item: place, column });
      });
    });
    return found;
  }

  /** What the value of a cell follows from, look-ups and roll-ups only by the cells found. */
  /** @param {Spot} spot @returns {Spot[]} */
  precedents({ item, column }) {
    const code = this.codeOf(item, column);
    if (code === null) return [];
    return this.readsOf(code, column, column < this.first(item) ? this.before[item] ?? this.cells[item] : this.cells[item]);
  }

  /** The formula in force in a column; null for an input and what is given. @param {number} item @param {number} column */
  codeOf(item, column) {
    const found = this.items[item];
    if (column >= this.first(item)) return found.code ?? null;
    return found.given || found.blank?.includes(column) ? null : found.comparative ?? found.code ?? null;
  }

  /** @param {Code} code @param {number} column @param {Cell | null} cell @returns {Spot[]} */
  readsOf([, parameters, reads, flag], column, cell) {
    const places = parameters.map((what) => (typeof what === "number" ? what : what[0]));
    const isActual = flag === null ? 0 : truth(this.values[places[flag]][column]) === 1 ? 1 : 2;
    /** @type {Spot[]} */
    const found = [];
    for (const [parameter, how, number, when] of reads) {
      if (when !== 0 && isActual !== 0 && when !== isActual) continue;
      const item = places[parameter];
      if (how === "here") found.push({ item, column });
      else if (how === "at") found.push({ item, column: number });
      else if (how === "back" && column - number >= this.first(item)) found.push({ item, column: column - number });
      else if (how === "all") found.push({ item, column: this.first(item), all: true });
    }
    watched.picks = [];
    cell?.(column);
    const rows = new Map(places.map((place) => [this.values[place], place]));
    for (const [row, index] of watched.picks) {
      found.push({ item: /** @type {number} */ (rows.get(row.values)), column: row.from + index });
    }
    watched.picks = null;
    const keys = new Set();
    return found.filter(({ item, column: at, all }) => {
      const key = `${item} ${all ? "all" : at}`;
      return !keys.has(key) && keys.add(key);
    });
  }
}

/**
 * What tests and programs use: `window.modelgen`. Dates are Excel day numbers; NaN is an error of a spreadsheet.
 * @param {Model} model @param {(stale: Set<number>) => void} follow called after each change
 */
export function programmed(model, follow) {
  const ids = () => model.items.filter((item) => item.kind !== "recorded").map((item) => item.id);
  return {
    /** The ids of all inputs and lines. */
    ids,
    /** A value; of a row, in the period that ends on a day (2007-03-31) or in a month (2007-03). */
    /** @param {string} id @param {string} [period] */
    get(id, period) {
      const place = model.place(id);
      return model.values[place][model.column(place, period)];
    },
    /** Sets an input, within its allowed range. Throws an Error that says what is wrong. */
    /** @param {string} id @param {number | null} value @param {string} [period] */
    set(id, value, period) {
      const place = model.place(id, true);
      const why = value !== null && !Number.isFinite(value) ? "it is not a number" : model.problem(place, value);
      if (why) throw new Error(`${id} cannot be ${value}: ${why}`);
      follow(model.change([{ item: place, column: model.column(place, period), value }]));
    },
    /** All values: an array for each id, one value for each column of its timeline. */
    values() {
      /** @type {Record<string, Value[]>} */
      const found = {};
      for (const id of ids()) found[id] = model.values[model.place(id)].slice();
      return found;
    },
    /** The values of formulas that are no lines (totals, headers), by their cells: "Sheet!B3". */
    cells() {
      return Object.fromEntries(model.program.own.map((one, place) => [one.at, model.ownValues[place]]));
    },
    /** Everything as the page was opened. */
    reset() {
      follow(model.change(model.changes().map((spot) => ({ ...spot, value: /** @type {number | null} */ (model.opened[spot.item][spot.column]) }))));
    },
  };
}
