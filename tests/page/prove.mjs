// Holds every value of a page against the evaluator's: as opened, and after each of some changes.
// usage: node prove.mjs PAGE.html CASES.json [CHROMIUM]; prints {"cells": ..., "differing": [...]}
import { readFileSync } from "node:fs";
import { Browser } from "./browser.mjs";
import { open } from "./load.mjs";
import { READ, differences } from "./same.mjs";

const [, , page, casesPath, chromium] = process.argv;
const { changes, expected } = JSON.parse(readFileSync(casesPath, "utf-8"));
/** What a page computes in node. */
function inNode() {
  const window = open(page);
  return {
    opening: window.opening,
    read: async () => ({ values: window.modelgen.values(), cells: window.modelgen.cells() }),
    set: async (change) => window.modelgen.set(...change),
    stop: async () => [],
  };
}

/** What it computes in Chromium, and what goes wrong there. */
async function inChromium() {
  const browser = await Browser.start(chromium);
  await browser.open(page);
  const marked = "(_, x) => typeof x === 'number' && !Number.isFinite(x) ? (x !== x ? '#error' : '#differs') : x";
  const unmarked = (_, x) => (x in READ ? READ[x] : x);
  return {
    opening: 0,
    read: async () => JSON.parse(await browser.ask(`JSON.stringify({ values: modelgen.values(), cells: modelgen.cells() }, ${marked})`), unmarked),
    set: (change) => browser.ask(`modelgen.set(...${JSON.stringify(change)})`),
    stop: async () => (await browser.stop(), browser.errors),
  };
}

const { compare, found: compared } = differences();
const host = chromium ? await inChromium() : inNode();
const times = [];
for (const [step, wanted] of expected.entries()) {
  if (step > 0) {
    const [id, period, value] = changes[step - 1];
    const began = performance.now();
    await host.set([id, value, ...(period === null ? [] : [period])]);
    times.push(performance.now() - began);
  }
  const found = await host.read();
  compare(step, found.values, wanted.values);
  compare(step, found.cells, wanted.cells);
}
const errors = await host.stop();
console.log(JSON.stringify({ ...compared(), errors, opening: host.opening, slowest: Math.max(0, ...times) }));
