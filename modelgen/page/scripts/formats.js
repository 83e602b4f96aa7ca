// Values as the workbook shows them: by Excel's number formats, as many of them as the styles use.
import { civil } from "./dates.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {(value: number) => string} Shower */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const PART = /"([^"]*)"|_(.)|\\(.)|(General)|(yyyy|yy|mmmm|mmm|mm|dd|d)|([0#][0#,.]*)|(%)|([^])/g;
/** @type {Map<string, Shower>} */
const known = new Map();

/** A value as text. @param {Value} value @param {string} format @returns {string} */
export function formatted(value, format) {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (!Number.isFinite(value)) return value !== value ? "#N/A" : "#differs";
  let show = known.get(format);
  if (show === undefined) {
    show = shower(format);
    known.set(format, show);
  }
  return show(value);
}

/** A day number as 2007-03-31. @param {number} serial */
export function isoDay(serial) {
  const { year, month, day } = civil(serial);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The last day of a period as Mar-07. @param {string} day */
export const shortMonth = (day) => `${MONTHS[Number(day.slice(5, 7)) - 1]}-${day.slice(2, 4)}`;

/** @param {string} format @returns {Shower} */
function shower(format) {
  const sections = (format || "General").split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/).map(section);
  const [first, second, third] = sections;
  if (sections.some((one) => one.holds !== null)) {
    return (value) => {
      const one = sections.find(({ holds }) => holds === null || holds(value)) ?? sections[sections.length - 1];
      return one.show(one === first ? value : Math.abs(value), value);
    };
  }
  return (value) => {
    if (value < 0 && second) return second.show(-value, value);
    if (value === 0 && third) return third.show(0, value);
    return first.show(value, value);
  };
}

/** @type {Record<string, (value: number, bound: number) => boolean>} */
const CONDITIONS = {
  "=": (a, b) => a === b, ">": (a, b) => a > b, "<": (a, b) => a < b,
  ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, "<>": (a, b) => a !== b,
};

/** One section of a format: when it applies, and the text of a number. @param {string} text */
function section(text) {
  const condition = /^\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]/.exec(text);
  /** @type {((value: number) => boolean) | null} */
  let holds = null;
  if (condition) {
    const test = CONDITIONS[condition[1]], bound = Number(condition[2]);
    holds = (value) => test(value, bound);
  }
  const parts = [...text.slice(condition ? condition[0].length : 0).matchAll(PART)];
  const percent = parts.some((part) => part[7]);
  /** @param {number} size @param {number} signed the value itself, for General */
  const show = (size, signed) =>
    parts.map(([whole, quoted, spaced, escaped, general, day, digits]) => {
      if (quoted !== undefined) return quoted;
      if (spaced !== undefined) return "\u00a0";
      if (escaped !== undefined) return escaped;
      if (general !== undefined) return plain(signed);
      if (day !== undefined) return datePart(size, day);
      if (digits !== undefined) return number(percent ? size * 100 : size, digits);
      return whole;
    }).join("");
  return { holds, show };
}

/** A number as General shows it. @param {number} value */
export const plain = (value) => String(Number(value.toPrecision(10)));

/** @param {number} value @param {string} digits such as #,##0.00## */
function number(value, digits) {
  const [whole, decimals = ""] = digits.split(".");
  const needed = (decimals.match(/0/g) ?? []).length;
  let text = Math.abs(value).toFixed(decimals.length);
  while (needed < decimals.length && text.includes(".") && text.endsWith("0") && text.split(".")[1].length > needed) {
    text = text.slice(0, -1);
  }
  text = text.replace(/\.$/, "");
  const [left, right] = text.split(".");
  const grouped = whole.includes(",") ? left.replace(/\B(?=(\d{3})+$)/g, ",") : left;
  const sign = value < 0 && Number(text) !== 0 ? "-" : "";
  return sign + grouped + (right === undefined ? "" : `.${right}`);
}

/** @param {number} serial @param {string} part */
function datePart(serial, part) {
  const { year, month, day } = civil(Math.floor(serial));
  if (part === "yyyy") return String(year);
  if (part === "yy") return String(year % 100).padStart(2, "0");
  if (part.startsWith("mmm")) return MONTHS[month - 1];
  if (part === "mm") return String(month).padStart(2, "0");
  return part === "dd" ? String(day).padStart(2, "0") : String(day);
}
