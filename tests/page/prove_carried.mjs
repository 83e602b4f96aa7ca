// Holds the model that a workbook carries, computed by the closures of the task pane, against the evaluator.
// usage: node prove_carried.mjs CARRIED.json CASES.json
import { readFileSync } from "node:fs";
import { Model, programmed } from "../../modelgen/page/scripts/model.js";
import { carriedIn, unpacked } from "../../modelgen/page/scripts/pane/carried.js";
import { differences } from "./same.mjs";

const [, , path, casesPath] = process.argv;
const { changes, expected } = JSON.parse(readFileSync(casesPath, "utf-8"));
const began = performance.now();
const { data, factories } = unpacked(carriedIn(readFileSync(path, "utf-8")));
const model = new Model(data, factories), opening = performance.now() - began;
const asked = programmed(model, () => {});
const { compare, found } = differences();
const times = [];
for (const [step, wanted] of expected.entries()) {
  if (step > 0) {
    const [id, period, value] = changes[step - 1], start = performance.now();
    asked.set(id, value, ...(period === null ? [] : [period]));
    times.push(performance.now() - start);
  }
  compare(step, asked.values(), Object.fromEntries(Object.entries(wanted.values).filter(([id]) => model.places.has(id))));
}
console.log(JSON.stringify({ ...found(), named: asked.ids().filter(Boolean), errors: [], opening, slowest: Math.max(0, ...times) }));
