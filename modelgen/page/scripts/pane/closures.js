// Formulas that a workbook carries as trees (modelgen/page/javascript.py), as functions of a column. A task pane may
// not run a text as a script, so each node becomes a closure; what it means stands in values.js, functions.js and dates.js.
import * as dates from "../dates.js";
import * as functions from "../functions.js";
import { truth } from "../values.js";
import * as values from "../values.js";

/** @typedef {import("../values.js").Value} Value */
/** @typedef {import("../values.js").Argument} Argument */
/** @typedef {number | string | boolean | [string, ...any[]]} Tree */
/** @typedef {(column: number) => any} Closure */
/** @typedef {[number, string, number, number]} Read a parameter, how, the lag or column, and in which periods */

/** @type {Map<string, (...args: any[]) => any>} */
const MEANINGS = new Map(/** @type {any} */ (Object.entries({ ...values, ...dates, ...functions }).flatMap(([name, one]) => (typeof one === "function" ? [[name, one]] : []))));
const BOTH = 0, ACTUAL = 1, FORECAST = 2;
/** The functions that tell themselves which cells of their rows they picked. */
const PICKING = new Set(["sumOf", "within", "valueOn"]);

/** The factory of a tree, as `Model` takes it. @param {Tree} tree @returns {(...rows: any[]) => (column: number) => Value} */
export const factory = (tree) => (...rows) => made(tree, rows);

/** @param {Tree} tree @param {any[]} rows @returns {Closure} */
function made(tree, rows) {
  if (!Array.isArray(tree)) return () => tree;
  const [name, ...rest] = tree;
  const row = rows[rest[0]];
  switch (name) {
    case "here": return (i) => row[i];
    case "at": { const column = rest[1]; return () => row[column]; }
    case "back": { const [, lag, before] = rest; return (i) => (i - lag < before ? 0 : row[i - lag]); }
    case "row": return () => row;
    case "if": case "when": return choice(rest, rows);
    case "valueOn": {
      const [from, day, ends] = rest.map((one) => made(one, rows));
      return (i) => functions.valueOn(from(i), day(i), ends(i), i);
    }
  }
  const meaning = MEANINGS.get(name);
  if (meaning === undefined) throw new Error(`the workbook's formulas use '${name}', which this add-in does not know: install a newer one`);
  const args = rest.map((one) => made(one, rows)), [a, b, c] = args;
  if (args.length === 1) return (i) => meaning(a(i));
  if (args.length === 2) return (i) => meaning(a(i), b(i));
  if (args.length === 3) return (i) => meaning(a(i), b(i), c(i));
  return (i) => meaning(...args.map((one) => one(i)));
}

/** IF: only the branch that holds is computed; an error of the condition is the result. @param {Tree[]} parts @param {any[]} rows @returns {Closure} */
function choice(parts, rows) {
  const [condition, yes, no] = parts.map((one) => made(one, rows));
  return (i) => {
    const holds = truth(condition(i));
    return holds === 1 ? yes(i) : holds === 0 ? no(i) : holds;
  };
}

/** What a formula reads, and the parameter that says whether a period is actual. @param {Tree} tree */
export function readsOf(tree) {
  /** @type {Map<string, Read>} */
  const found = new Map();
  /** @type {number | null} */
  let flag = null;
  /** @param {Tree} node @param {number} when */
  const walk = (node, when) => {
    if (!Array.isArray(node)) return;
    const [name, ...rest] = node;
    /** @param {Read} read */
    const note = (read) => found.set(read.join(" "), read);
    if (name === "here") note([rest[0], "here", 0, when]);
    else if (name === "at") note([rest[0], "at", rest[1], when]);
    else if (name === "back") note([rest[0], "back", rest[1], when]);
    else if (name === "row") note([rest[0], "all", 0, when]);
    else if (name === "when") {
      walk(rest[0], when);
      flag = rest[0][1];
      walk(rest[1], ACTUAL);
      walk(rest[2], FORECAST);
    } else {
      const own = PICKING.has(name) ? rest.filter((one) => !(Array.isArray(one) && one[0] === "row")) : rest;
      own.forEach((one) => walk(one, when));
    }
  };
  walk(tree, BOTH);
  return { reads: [...found.values()], flag };
}
