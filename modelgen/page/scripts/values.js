// The values of cells and the operators on them, as the evaluator has them (modelgen/formula/values.py).
//
// A value is a number (dates are Excel day numbers), a boolean, a string, or null for a blank cell. An Excel
// error is NaN. A value that spreadsheets compute differently is Infinity: nothing masks it.

/** @typedef {number | boolean | string | null} Value */

/** @typedef {{days: Value[], places: number[]}} Found by column of the formula: what was looked for, and where it is */

/** A whole row as an argument; its blank comparative columns read as zero. */
export class Row {
  /**
   * @param {Value[]} values all columns of the line
   * @param {number} from the first column that counts
   * @param {number[]} blank columns that are blank on the sheet
   */
  constructor(values, from, blank) {
    this.values = values;
    this.from = from;
    this.blank = blank.length ? new Set(blank) : null;
    this.length = values.length - from;
    /** What was found in this row, while it is known to stand still. @type {Found | null} */
    this.found = null;
  }

  /** @param {number} index counted from the first column that counts @returns {Value} */
  get(index) {
    const column = this.from + index;
    return this.blank !== null && this.blank.has(column) ? 0 : this.values[column];
  }
}

/** @typedef {Value | Row} Argument */

/** While a cell is traced: the cells that look-ups and roll-ups picked, as [row, index]. */
/** @type {{picks: [Row, number][] | null}} */
export const watched = { picks: null };

/** A value as a number: a text is an error, a blank zero. @param {Value} x @returns {number} */
export function num(x) {
  if (typeof x === "number") return x;
  if (x === null) return 0;
  return typeof x === "boolean" ? Number(x) : NaN;
}

/** A cell's own value of an argument. @param {Argument} x @returns {Value} */
export function cell(x) {
  return x instanceof Row ? x.get(0) : x;
}

/** The numbers of a row, or the one of a value. @param {Argument} x @returns {number[]} */
export function nums(x) {
  if (!(x instanceof Row)) return [num(x)];
  const found = new Array(x.length);
  for (let i = 0; i < x.length; i++) found[i] = num(x.get(i));
  return found;
}

/** 1 or 0 for a condition; NaN or Infinity if it is wrong. @param {Value} x @returns {number} */
export function truth(x) {
  if (typeof x === "boolean") return x ? 1 : 0;
  const n = num(x);
  return Number.isFinite(n) ? (n !== 0 ? 1 : 0) : n;
}

/** @param {Value} x @returns {boolean} */
export function isDiffering(x) {
  return x === Infinity || x === -Infinity;
}

/** What a formula's cell shows: zero for a blank cell, and never -0. @param {Value} x @returns {Value} */
export function shown(x) {
  if (typeof x === "number") return x + 0;
  return x === null ? 0 : x;
}

// Two numbers with a finite result, by far the most frequent case, come first in each operator.

/** @param {number} result @param {number} a @param {number} b @returns {number} */
function kept(result, a, b) {
  if (Number.isFinite(result)) return result;
  return a !== a || b !== b ? NaN : Infinity;
}

/** @param {Value} x @param {Value} y @returns {number} */
export function add(x, y) {
  if (typeof x === "number" && typeof y === "number") {
    const result = x + y;
    if (result - result === 0) return result;
  }
  const a = num(x), b = num(y);
  return kept(a + b, a, b);
}

/** @param {Value} x @param {Value} y @returns {number} */
export function subtract(x, y) {
  if (typeof x === "number" && typeof y === "number") {
    const result = x - y;
    if (result - result === 0) return result;
  }
  const a = num(x), b = num(y);
  return kept(a - b, a, b);
}

/** @param {Value} x @param {Value} y @returns {number} */
export function multiply(x, y) {
  if (typeof x === "number" && typeof y === "number") {
    const result = x * y;
    if (result - result === 0) return result;
  }
  const a = num(x), b = num(y);
  return kept(a * b, a, b);
}

/** Division; by zero, an error. @param {Value} x @param {Value} y @returns {number} */
export function divide(x, y) {
  const a = num(x), b = num(y), result = a / b;
  if (Number.isFinite(result) && Number.isFinite(b)) return result;
  return a !== a || b !== b || b === 0 ? NaN : Infinity;
}

/** A power; where spreadsheets differ, Infinity. @param {Value} x @param {Value} y @returns {number} */
export function power(x, y) {
  const a = num(x), b = num(y);
  if (a !== a || b !== b) return NaN;
  if ((a === 0 && b <= 0) || (a < 0 && b !== Math.floor(b))) return Infinity;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
  return Math.pow(a, b);
}

/** @param {Value} x @returns {number} */
export function negative(x) {
  return 0 - num(x);
}

const DIGITS = 5e-15, FAR = 1e13;

/** 0 if two numbers can be compared; otherwise the error. @param {number} a @param {number} b */
export function incomparable(a, b) {
  if (a !== a || b !== b) return NaN;
  const apart = Math.abs(a - b);
  if (apart === 0) return 0;
  if (!Number.isFinite(apart)) return Infinity;
  const size = Math.max(Math.abs(a), Math.abs(b));
  return apart <= Math.max(DIGITS * size, Number.EPSILON) ? Infinity : 0;
}

/**
 * Less (-1), equal (0) or greater (1), or an error: numbers come before texts, texts before truth values.
 * @param {Value} x @param {Value} y @returns {{order: number, wrong: number}}
 */
function compared(x, y) {
  if (typeof x === "string" || typeof y === "string") {
    for (const item of [x, y]) {
      if (typeof item === "number" && !Number.isFinite(item)) return { order: 0, wrong: item };
    }
    const first = rank(x), second = rank(y);
    if (first[0] !== second[0]) return { order: first[0] < second[0] ? -1 : 1, wrong: 0 };
    const one = first[1], other = second[1];
    return { order: one === other ? 0 : one < other ? -1 : 1, wrong: 0 };
  }
  const a = num(x), b = num(y);
  return { order: a === b ? 0 : a < b ? -1 : 1, wrong: incomparable(a, b) };
}

/** @param {Value} item @returns {[number, number | string]} */
function rank(item) {
  if (typeof item === "boolean") return [2, Number(item)];
  if (typeof item === "string") return [1, item.toLowerCase()];
  return [0, item === null ? 0 : item];
}

/**
 * Compares; a pair of numbers, by far the most frequent, allocates nothing.
 * @param {Value} x @param {Value} y @param {(order: number) => boolean} holds @returns {boolean | number}
 */
function compare(x, y, holds) {
  if (typeof x === "number" && typeof y === "number") {
    const wrong = incomparable(x, y);
    return wrong === 0 ? holds(x === y ? 0 : x < y ? -1 : 1) : wrong;
  }
  const { order, wrong } = compared(x, y);
  return wrong === 0 ? holds(order) : wrong;
}

/**
 * Less (-1), equal (0) or greater (1), of numbers that every spreadsheet tells apart; 2 where it takes a closer look.
 * @param {Value} x @param {Value} y @returns {number}
 */
export function plainOrder(x, y) {
  if (typeof x !== "number" || typeof y !== "number") return 2;
  const apart = x - y;
  if (apart === 0) return 0;
  if (apart > 1 && apart < FAR && y > -FAR && y < FAR) return 1;
  return apart < -1 && apart > -FAR && y > -FAR && y < FAR ? -1 : 2;
}

/** @param {Value} x @param {Value} y */
export function eq(x, y) {
  const order = plainOrder(x, y);
  return order === 2 ? compare(x, y, (found) => found === 0) : order === 0;
}
/** @param {Value} x @param {Value} y */
export function ne(x, y) {
  const order = plainOrder(x, y);
  return order === 2 ? compare(x, y, (found) => found !== 0) : order !== 0;
}
/** @param {Value} x @param {Value} y */
export function lt(x, y) {
  const order = plainOrder(x, y);
  return order === 2 ? compare(x, y, (found) => found < 0) : order < 0;
}
/** @param {Value} x @param {Value} y */
export function le(x, y) {
  const order = plainOrder(x, y);
  return order === 2 ? compare(x, y, (found) => found <= 0) : order <= 0;
}
/** @param {Value} x @param {Value} y */
export function gt(x, y) {
  const order = plainOrder(x, y);
  return order === 2 ? compare(x, y, (found) => found > 0) : order > 0;
}
/** @param {Value} x @param {Value} y */
export function ge(x, y) {
  const order = plainOrder(x, y);
  return order === 2 ? compare(x, y, (found) => found >= 0) : order >= 0;
}

export const WHOLE_TO = 1e15;

/** A text, or a whole number in digits; null if spreadsheets write it differently. @param {Value} x */
function asText(x) {
  if (typeof x === "string") return x;
  const n = num(x);
  if (Object.is(n, -0) || n !== Math.trunc(n) || Math.abs(n) >= WHOLE_TO) return null;
  return String(n);
}

/** @param {Value} x @param {Value} y @returns {string | number} */
export function join(x, y) {
  for (const item of [x, y]) {
    if (typeof item === "number" && !Number.isFinite(item)) return item;
  }
  const first = asText(x), second = asText(y);
  return first === null || second === null ? Infinity : first + second;
}

/** The value `lag` periods back; before the first period, zero. */
/** @param {Value[]} values @param {number} column @param {number} lag @param {number} before @returns {Value} */
export function back(values, column, lag, before) {
  return column - lag < before ? 0 : values[column - lag];
}
