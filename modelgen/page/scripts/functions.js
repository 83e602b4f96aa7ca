// The functions of the formula language (modelgen/formula/meanings.py): the same arguments, errors and blanks.
import { Row, WHOLE_TO, cell, eq, incomparable, isDiffering, join, num, nums, plainOrder, truth, watched } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./values.js").Argument} Argument */

/** Whether spreadsheets compute some argument differently. @param {Argument[]} args @returns {boolean} */
function differs(args) {
  for (const x of args) {
    if (!(x instanceof Row)) {
      if (isDiffering(x)) return true;
    } else {
      for (let i = 0; i < x.length; i++) if (isDiffering(x.get(i))) return true;
    }
  }
  return false;
}

/** The result, Infinity if an argument is. @template T @param {(args: Argument[]) => T} compute */
const spreading = (compute) => (/** @type {Argument[]} */ ...args) => differs(args) ? Infinity : compute(args);

/**
 * The sum of numbers in NumPy's order (pairwise), so that the last digits agree with the evaluator's.
 * @param {number[] | Float64Array} x @param {number} [start] @param {number} [n] @returns {number}
 */
export function total(x, start = 0, n = x.length) {
  if (n < 8) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[start + i];
    return sum;
  }
  if (n <= 128) {
    const r = x.slice(start, start + 8);
    let i = 8;
    for (; i < n - (n % 8); i += 8) for (let k = 0; k < 8; k++) r[k] += x[start + i + k];
    let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
    for (; i < n; i++) sum += x[start + i];
    return sum;
  }
  const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
  return total(x, start, half) + total(x, start + half, n - half);
}

/** @param {(x: number[]) => number} across @param {(a: number, b: number) => number} both */
const reduced = (across, both) =>
  spreading((args) => {
    let result = 0;
    args.forEach((x, place) => {
      const part = x instanceof Row ? across(nums(x)) : num(x);
      result = place === 0 ? part : both(result, part);
    });
    return result;
  });

export const SUM = reduced((x) => total(x), (a, b) => a + b);
export const MAX = reduced((x) => x.reduce((a, b) => Math.max(a, b), -Infinity), Math.max);
export const MIN = reduced((x) => x.reduce((a, b) => Math.min(a, b), Infinity), Math.min);

/** @param {Argument} x @param {Argument} y @returns {boolean} */
const areFinite = (x, y) => typeof x === "number" && typeof y === "number" && x - x === 0 && y - y === 0;

/** MAX and MIN of two values: of numbers, without a list of arguments. @param {Argument} x @param {Argument} y */
export const max2 = (x, y) => (areFinite(x, y) ? Math.max(/** @type {number} */ (x), /** @type {number} */ (y)) : MAX(x, y));
/** @param {Argument} x @param {Argument} y */
export const min2 = (x, y) => (areFinite(x, y) ? Math.min(/** @type {number} */ (x), /** @type {number} */ (y)) : MIN(x, y));

export const AVERAGE = spreading((args) => {
  let sum = 0, count = 0;
  for (const x of args) {
    sum += x instanceof Row ? total(nums(x)) : num(x);
    count += x instanceof Row ? x.length : 1;
  }
  return sum / count;
});

/** @param {Argument[]} args @returns {number} */
export function SUMPRODUCT(...args) {
  const rows = args.map(nums);
  const product = new Array(Math.max(...rows.map((row) => row.length))).fill(1);
  for (const row of rows) for (let i = 0; i < product.length; i++) product[i] *= row.length === 1 ? row[0] : row[i];
  return total(product);
}

/** SUM_OF: the sum of a row where its keys are the one wanted. */
/** @param {Row} row @param {Row} keys @param {Value} wanted @returns {number} */
export function sumOf(row, keys, wanted) {
  const end = num(wanted), length = row.length, parts = room(length);
  let wrong = isDiffering(end) ? Infinity : 0;
  for (let i = 0; i < length; i++) {
    const key = num(keys.get(i)), value = num(row.get(i));
    if (isDiffering(key) || isDiffering(value)) return Infinity;
    if (plainOrder(key, end) === 2) wrong += incomparable(key, end);
    parts[i] = key === end ? value : value * 0;
    if (watched.picks !== null && key === end) watched.picks.push([row, i]);
  }
  return wrong === 0 ? total(parts, 0, length) : wrong;
}

let kept = new Float64Array(256);

/** Room for the parts of a sum, used by one sum after another. @param {number} length */
function room(length) {
  if (kept.length < length) kept = new Float64Array(2 * length);
  return kept;
}

/** The sum, or with `count` the number, of the numbers of a row whose periods end within some days. */
/** @param {Row} row @param {Row} ends @param {Value} after @param {Value} until @param {boolean} count */
export function within(row, ends, after, until, count) {
  const first = num(after), last = num(until), parts = room(row.length);
  for (let i = 0; i < row.length; i++) {
    const day = num(ends.get(i)), value = row.get(i);
    const held = (typeof value === "number" && value === value) || typeof value === "boolean";
    const inside = day > first && day <= last;
    parts[i] = (held ? (count ? 1 : Number(value)) : 0) * (inside ? 1 : 0);
    if (watched.picks !== null && inside && held) watched.picks.push([row, i]);
  }
  return total(parts, 0, row.length);
}

/** VALUE_ON: a row's value in the period that ends on a day. */
/** @param {Row} row @param {Value} day @param {Row} ends @param {number} column of the formula @returns {Value} */
export function valueOn(row, day, ends, column) {
  const position = ends.found === null ? MATCH(day, ends) : remembered(ends.found, day, ends, column);
  if (watched.picks !== null && position >= 1 && position <= row.length) watched.picks.push([row, position - 1]);
  return INDEX(row, position);
}

/** The position of a day, as the formula of a column found it before. */
/** @param {import("./values.js").Found} found @param {Value} day @param {Row} ends @param {number} column */
function remembered(found, day, ends, column) {
  if (found.days[column] === day) return found.places[column];
  found.days[column] = day;
  found.places[column] = MATCH(day, ends);
  return found.places[column];
}

const CRITERION = /^(<>|<=|>=|=|<|>)?(?:(-?\d+(?:\.\d+)?)|([A-Za-z][A-Za-z /._-]*))$/;
/** @type {Record<string, (a: number, b: number) => boolean>} */
const HOLDS = {
  "=": (a, b) => a === b, "<>": (a, b) => a !== b, "<": (a, b) => a < b,
  "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
};

/** Which cells of a row meet a criterion, and the error. @param {Row} row @param {Value} criterion */
function matching(row, criterion) {
  const met = new Array(row.length);
  let operator = "=", wanted = typeof criterion === "string" ? NaN : num(criterion), wrong = 0;
  if (typeof criterion === "string") {
    const parts = CRITERION.exec(criterion);
    if (parts === null) throw new Error(`'${criterion}' is not a criterion`);
    operator = parts[1] ?? "=";
    if (parts[2] === undefined) {
      const text = parts[3].toLowerCase();
      for (let i = 0; i < row.length; i++) {
        const item = row.get(i);
        met[i] = (typeof item === "string" && item.toLowerCase() === text) === (operator === "=");
      }
      return { met, wrong };
    }
    wanted = Number(parts[2]);
  }
  for (let i = 0; i < row.length; i++) {
    const item = row.get(i);
    const value = typeof item === "string" || item === null ? NaN : Number(item);
    // Engines differ on a criterion that is an error; a cell that is one does not count.
    const bad = wanted !== wanted ? Infinity : value !== value ? 0 : incomparable(value, wanted);
    wrong += bad;
    met[i] = value === value && HOLDS[operator](value, wanted);
  }
  return { met, wrong };
}

/** @param {Argument[]} args @returns {number} */
export function SUMIFS(...args) {
  const summed = nums(args[0]);
  let wrong = 0;
  /** @type {boolean[]} */
  const keep = new Array(summed.length).fill(true);
  for (let k = 1; k < args.length; k += 2) {
    const found = matching(/** @type {Row} */ (args[k]), cell(args[k + 1]));
    wrong += found.wrong;
    for (let i = 0; i < keep.length; i++) keep[i] = keep[i] && found.met[i];
  }
  return wrong === 0 ? total(summed.map((value, i) => (keep[i] ? value : 0))) : wrong;
}

/** @param {Row} row @param {Value} criterion @param {Row} [summed] */
export const SUMIF = (row, criterion, summed) => SUMIFS(summed ?? row, row, criterion);

/** @param {Row} row @param {Value} criterion */
export function COUNTIF(row, criterion) {
  const { met, wrong } = matching(row, criterion);
  return wrong === 0 ? met.filter(Boolean).length : wrong;
}

/** @param {Argument} row @param {Value} position @returns {Value} */
export function INDEX(row, position) {
  const place = num(position), length = row instanceof Row ? row.length : 1;
  if (place >= 1 && place < length + 1) return row instanceof Row ? row.get(Math.trunc(place) - 1) : row;
  return place < 1 || place === Infinity ? Infinity : NaN;
}

/** MATCH, exact. @param {Value} wanted @param {Argument} row @returns {number} */
export function MATCH(wanted, row) {
  const length = row instanceof Row ? row.length : 1;
  let position = NaN, wrong = false;
  for (let i = 0; i < length; i++) {
    const item = row instanceof Row ? row.get(i) : row;
    const order = plainOrder(item, wanted);
    if (order === 1 || order === -1) continue;
    const found = eq(item, wanted);
    if (typeof found === "number") wrong = true;
    else if (found && position !== position) position = i + 1;
  }
  if (!wrong) return position;
  // Looking for an error gives one; in some spreadsheets so does an error in the row before the match.
  return typeof wanted === "number" && wanted !== wanted ? NaN : Infinity;
}

/** @param {Value} position @param {Argument[]} options @returns {Value} */
export function CHOOSE(position, ...options) {
  const place = Math.floor(num(position));
  if (place >= 1 && place <= options.length) return cell(options[place - 1]);
  return isDiffering(place) ? Infinity : NaN;
}

/** @param {Value} x @param {Value} other @returns {Value} */
export const IFERROR = (x, other) => (typeof x === "number" && x !== x ? other : x);

/** @param {boolean} all @returns {(...args: Argument[]) => boolean | number} */
const logical = (all) => (...args) => {
  let result = all, wrong = false;
  for (const x of args) {
    const length = x instanceof Row ? x.length : 1;
    for (let i = 0; i < length; i++) {
      const holds = truth(x instanceof Row ? x.get(i) : x);
      if (holds !== 0 && holds !== 1) wrong = true;
      // An error counts as true until `wrong` replaces the result.
      result = all ? result && holds !== 0 : result || holds !== 0;
    }
  }
  return wrong ? Infinity : result;
};

export const AND = logical(true);
export const OR = logical(false);

/** AND and OR of two truth values. @param {Argument} x @param {Argument} y */
export const and2 = (x, y) => (typeof x === "boolean" && typeof y === "boolean" ? x && y : AND(x, y));
/** @param {Argument} x @param {Argument} y */
export const or2 = (x, y) => (typeof x === "boolean" && typeof y === "boolean" ? x || y : OR(x, y));

/** @param {Value} x @returns {boolean | number} */
export function NOT(x) {
  const holds = truth(x);
  return holds === 0 || holds === 1 ? holds === 0 : holds;
}

/** @param {Value} x */
export const ABS = (x) => Math.abs(num(x));
export const SIGN = spreading(([x]) => Math.sign(num(cell(x))));

/** Rounds halves to the even neighbour, as NumPy's rint. @param {number} x @returns {number} */
function rint(x) {
  const floor = Math.floor(x), rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The multiple of `step` that equals `size` to 15 digits, NaN if none does. */
/** @param {number} size @param {number} step @returns {number} */
function near(size, step) {
  const digit = Math.pow(10, Math.floor(Math.log10(size)) - 14);
  const multiple = rint(size / step) * step;
  return Math.abs(size - multiple) <= digit / 2 ? multiple : NaN;
}

/** @param {number} number @param {number} decimals @param {boolean} up @returns {number} */
function roundedTo(number, decimals, up) {
  if (number !== number || decimals !== decimals) return NaN;
  const scale = Number(`1e${decimals}`), size = Math.abs(number) * scale;
  const close = near(size, up ? 1 : 0.5);
  const inexact = (close === close && close !== size) || size >= WHOLE_TO;
  if ((inexact && number !== 0) || Math.abs(decimals) > 15) return Infinity;
  const floor = Math.floor(size);
  const whole = up ? Math.ceil(size) : floor + (size - floor >= 0.5 ? 1 : 0);
  return ((number > 0 ? 1 : -1) * whole) / scale;
}

export const ROUND = spreading(([x, d]) => roundedTo(num(cell(x)), Math.trunc(num(cell(d))), false));
export const ROUNDUP = spreading(([x, d]) => roundedTo(num(cell(x)), Math.trunc(num(cell(d))), true));

export const INT = spreading(([x]) => {
  const number = num(cell(x)), size = Math.abs(number), close = near(size, 1);
  if ((close === close && close !== size) || size >= WHOLE_TO) return Infinity;
  return number === 0 ? -0 : Math.floor(number);
});

export const MOD = spreading(([x, y]) => {
  const number = num(cell(x)), divisor = num(cell(y)), quotient = number / divisor;
  const close = near(Math.abs(quotient), 1);
  let result = number % divisor;
  if (result !== 0 && result < 0 !== divisor < 0) result += divisor;
  const unclear = close === close && result !== 0 && quotient !== 0;
  // After more multiples than 1e12 too few significant digits are left.
  return divisor !== 0 && (unclear || Math.abs(quotient) > 1e12) ? Infinity : result;
});

export const PMT = spreading(([r, n, p]) => {
  const rate = num(cell(r)), count = num(cell(n)), present = num(cell(p));
  const factor = rate === 0 ? count : (1 - Math.pow(1 + rate, -count)) / rate;
  const small = rate !== 0 && Math.abs(rate * count) < 1e-6 && count !== 0;
  if (small || rate <= -1 || isDiffering(Math.pow(1 + rate, count))) return Infinity;
  const level = -present / factor;
  return isDiffering(level) && Number.isFinite(present) ? NaN : level;
});

export const NPV = spreading(([r, ...values]) => {
  const rate = num(cell(r));
  if (rate === -1) return Infinity;
  let sum = 0, position = 0;
  for (const x of values) {
    const discounted = nums(x).map((value, i) => value / Math.pow(1 + rate, position + 1 + i));
    sum += total(discounted);
    position += discounted.length;
  }
  return sum;
});

/** @param {Argument} x */
export function ISNUMBER(x) {
  const item = cell(x);
  if (isDiffering(item)) return Infinity;
  return typeof item === "boolean" || (typeof item === "number" && item === item);
}

export const ISBLANK = spreading(([x]) => cell(x) === null);

/** @param {Argument} x */
export function ISERROR(x) {
  const item = cell(x);
  return isDiffering(item) ? Infinity : typeof item === "number" && item !== item;
}

/** @param {Argument} x */
export function COUNTA(x) {
  if (!(x instanceof Row)) return x === null ? 0 : 1;
  let count = 0;
  for (let i = 0; i < x.length; i++) if (x.get(i) !== null) count++;
  return count;
}

export const COUNTBLANK = spreading((args) => args.filter((x) => cell(x) === null || cell(x) === "").length);

/** FIXED(x, 0): rounded, with separators of thousands. @param {Value} x @param {Value} decimals */
export function FIXED(x, decimals) {
  const number = num(x), whole = ROUND(x, decimals);
  if (!Number.isFinite(whole)) return whole;
  if (whole === 0 && number < 0) return Infinity; // some write -0
  return String(Math.trunc(whole) + 0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {Value[]} args */
export function CONCATENATE(...args) {
  /** @type {Value} */
  let joined = "";
  for (const x of args) joined = join(joined, x);
  return joined;
}
