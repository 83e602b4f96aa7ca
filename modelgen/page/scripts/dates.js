// Date functions on Excel day numbers (modelgen/formula/dates.py). An argument that is an error gives one.
import { num } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {{year: number, month: number, day: number}} Civil month and day count from 1 */

const FIRST_DAY = 61, LAST_DAY = 2958465, FARTHEST = 1e6;
const UNIX_EPOCH = 25569; // the day number of 1970-01-01

/** The calendar day of a day number (proleptic Gregorian). @param {number} serial @returns {Civil} */
export function civil(serial) {
  const z = serial - UNIX_EPOCH + 719468;
  const era = Math.floor(z / 146097), doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}

/** The day number of the first of a month; months beyond 1 to 12 carry over. */
/** @param {number} year @param {number} month @returns {number} */
export function firstOf(year, month) {
  const months = year * 12 + month - 1;
  const m = ((months % 12) + 12) % 12 + 1, y = Math.floor(months / 12) - (m <= 2 ? 1 : 0);
  const era = Math.floor(y / 400), yoe = y - era * 400;
  const doy = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5);
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  return era * 146097 + doe - 719468 + UNIX_EPOCH;
}

/** @param {number} serial */
const outOfRange = (serial) => (serial < FIRST_DAY || serial > LAST_DAY ? Infinity : 0);

/** A day and its error. @param {Value} x @returns {[number, number]} */
function day(x) {
  const serial = Math.floor(num(x));
  const wrong = serial !== serial ? NaN : outOfRange(serial);
  return [wrong === 0 ? serial : FIRST_DAY, wrong];
}

/** A whole number and its error. @param {Value} x @returns {[number, number]} */
function whole(x) {
  const n = num(x);
  const wrong = n !== n ? NaN : Math.abs(n) > FARTHEST ? Infinity : 0;
  return [wrong === 0 ? Math.trunc(n) : 0, wrong];
}

/** @param {number} serial @param {number} wrong @returns {number} */
function checked(serial, wrong) {
  const all = wrong + outOfRange(serial);
  return all === 0 ? serial : all;
}

/** @param {Value} x @param {Value} months */
export function EDATE(x, months) {
  const [serial, wrong] = day(x), [shift, wrongShift] = whole(months);
  const from = civil(serial);
  const first = firstOf(from.year, from.month + shift), last = firstOf(from.year, from.month + shift + 1) - 1;
  return checked(first + Math.min(from.day - 1, last - first), wrong + wrongShift);
}

/** @param {Value} x @param {Value} months */
export function EOMONTH(x, months) {
  const [serial, wrong] = day(x), [shift, wrongShift] = whole(months);
  const from = civil(serial);
  return checked(firstOf(from.year, from.month + shift + 1) - 1, wrong + wrongShift);
}

/** @param {Value} y @param {Value} m @param {Value} d */
export function DATE(y, m, d) {
  let [year, wrong] = whole(y);
  const [month, wrongMonth] = whole(m), [days, wrongDay] = whole(d);
  if (year >= 0 && year < 1900) year += 1900;
  for (const x of [y, m, d]) {
    const n = num(x);
    if (n < 0 && n !== Math.trunc(n)) wrong += Infinity;
  }
  const first = firstOf(year, month);
  return checked(first + days - 1, wrong + outOfRange(first) + wrongMonth + wrongDay);
}

/** @param {(serial: number) => number} part @returns {(x: Value) => number} */
const datePart = (part) => (x) => {
  const [serial, wrong] = day(x);
  return wrong === 0 ? part(serial) : wrong;
};

export const YEAR = datePart((serial) => civil(serial).year);
export const MONTH = datePart((serial) => civil(serial).month);
export const DAY = datePart((serial) => civil(serial).day);
export const WEEKDAY = datePart((serial) => ((((serial - 1) % 7) + 7) % 7) + 1);

/** @param {Value} x @param {Value} y */
export function DAYS360(x, y) {
  const [first, wrongFirst] = day(x), [second, wrongSecond] = day(y);
  const one = civil(first), two = civil(second);
  const endOfFebruary = civil(first + 1).month !== one.month && one.day < 30;
  let wrong = wrongFirst + wrongSecond;
  if (endOfFebruary && two.day === 31) wrong += Infinity; // spreadsheets count it differently
  const day1 = one.day === 31 || endOfFebruary ? 30 : one.day;
  const day2 = two.day === 31 && day1 === 30 ? 30 : two.day;
  const months = (two.year - one.year) * 12 + two.month - one.month;
  return wrong === 0 ? months * 30 + day2 - day1 : wrong;
}
