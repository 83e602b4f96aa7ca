// Holds every value of a page against the evaluator's: as opened, and after each of some changes.
// usage: node prove.mjs PAGE.html CASES.json; prints {"cells": ..., "differing": [...]}
import { readFileSync } from "node:fs";
import { open } from "./load.mjs";

const [, , page, casesPath] = process.argv;
const window = open(page);
const { changes, expected } = JSON.parse(readFileSync(casesPath, "utf-8"));
const TOLERANCE = 1e-9;
const read = { "#error": NaN, "#differs": Infinity };

function same(here, there) {
  if (typeof here === "string" || typeof there === "string") return here === there;
  const a = Number(here), b = Number(there);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Math.abs(a) === Math.abs(b);
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

let cells = 0;
const differing = [];
function compare(step, found, wanted) {
  for (const [id, row] of Object.entries(wanted)) {
    const here = Array.isArray(row) ? found[id] : [found[id]];
    const there = Array.isArray(row) ? row : [row];
    if (here === undefined || here.length !== there.length) differing.push([step, id, null, "missing", String(here)]);
    else there.forEach((value, column) => {
      cells++;
      const want = value in read ? read[value] : value;
      if (value === null ? here[column] !== null : !same(here[column], want)) {
        differing.push([step, id, column, String(here[column]), String(want)]);
      }
    });
  }
}

const times = [];
expected.forEach((wanted, step) => {
  if (step > 0) {
    const [id, period, value] = changes[step - 1];
    const began = performance.now();
    window.modelgen.set(id, value, period ?? undefined);
    times.push(performance.now() - began);
  }
  compare(step, window.modelgen.values(), wanted.values);
  compare(step, window.modelgen.cells(), wanted.cells);
});
console.log(JSON.stringify({ cells, count: differing.length, differing: differing.slice(0, 20), opening: window.opening, slowest: Math.max(0, ...times) }));
