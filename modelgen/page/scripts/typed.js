// What a person types into an input, and the value as they would type it (modelgen/text/printed.py, setting.py).
import { civil, firstOf } from "./dates.js";
import { isoDay } from "./formats.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {{value?: number | null, problem?: string}} Read */

const NUMBER = /^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?$/;

/**
 * The value that a text means. In a unit shown in percent, 5 is 5%, as in a spreadsheet.
 * @param {string} text @param {string} kind of the unit @param {boolean} percent @returns {Read}
 */
export function typed(text, kind, percent) {
  const bare = text.trim();
  if (bare === "" || bare === "blank") return { value: null };
  if (kind === "date") return typedDay(bare);
  const inParentheses = /^\((.*)\)$/.exec(bare);
  const sign = inParentheses ? -1 : 1, unsigned = inParentheses ? inParentheses[1].trim() : bare;
  const hasPercent = unsigned.endsWith("%"), digits = hasPercent ? unsigned.slice(0, -1).trim() : unsigned;
  if (!NUMBER.test(digits) || !/\d/.test(digits)) {
    return { problem: `'${bare.slice(0, 40)}' is not a number: write it as 1,234.5 or 2.5%` };
  }
  const size = Number(digits.replace(/,/g, "")) * sign;
  if (!Number.isFinite(size)) return { problem: `'${bare.slice(0, 40)}' is not a finite number` };
  const asPercent = hasPercent || (percent && Math.abs(size) >= 1);
  return { value: asPercent ? Number((size / 100).toPrecision(15)) : size };
}

/** @param {string} text @returns {Read} */
function typedDay(text) {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const problem = `'${text.slice(0, 40)}' is not a date: write year-month-day, as in 2010-05-31`;
  if (parts === null) return { problem };
  const serial = firstOf(Number(parts[1]), Number(parts[2])) + Number(parts[3]) - 1;
  const found = civil(serial);
  return found.month === Number(parts[2]) && found.day === Number(parts[3]) ? { value: serial } : { problem };
}

/** A value as an author would type it, read back as the same number. */
/** @param {Value} value @param {string} kind @param {boolean} percent @returns {string} */
export function valueWords(value, kind, percent) {
  if (value === null) return "blank";
  if (typeof value !== "number") return String(value);
  if (kind === "date") return isoDay(value);
  if (percent) {
    const text = `${decimal(Number((value * 100).toPrecision(15)))}%`;
    if (typed(text, kind, percent).value === value) return text;
  }
  return decimal(value);
}

/** A number in digits, without an exponent. @param {number} value */
function decimal(value) {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/\.?0+$/, "") : text;
}
