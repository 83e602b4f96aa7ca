// A thousand paths in the page: what varies by which law, the lines it reaches, and the fan of one of them.
import { fan } from "./charts.js";
import { DRAWN, LAWS, byLaw, normals } from "./draws.js";
import { element, shortened } from "./elements.js";
import { shortMonth } from "./formats.js";
import { typed } from "./typed.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {{id: string, item: number, law: string, parameters: Record<string, number>, columns: number[], step: number}} Varied */

const YEARS = { month: 1 / 12, quarter: 1 / 4, year: 1 }, SLICE = 50, MOST_BUSY = 100, QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** What a line such as growth=normal(2%, 1%) says. Throws an Error that says what is wrong. */
/** @param {Model} model @param {string} text @returns {Varied} */
export function varied(model, text) {
  const parts = /^\s*([\w.]+)\s*=\s*([a-z]+)\s*\((.*)\)\s*$/.exec(text);
  if (!parts) throw new Error(`'${text.trim().slice(0, 60)}' is not ID=LAW(...), such as growth=normal(2%, 1%)`);
  const [, id, law, inside] = parts, item = model.place(id, true), names = LAWS[law];
  if (!names) throw new Error(`'${law}' is not a law (laws: ${Object.keys(LAWS).join(", ")})`);
  const { timeline, leaf } = model.items[item];
  if (law === "vasicek" && timeline === undefined) throw new Error("a process runs through periods, but this input has one value");
  /** @type {Record<string, number>} */
  const parameters = {};
  inside.split(/,\s+|,(?!\d{3}(?!\d))/).forEach((part, place) => {
    const [left, right] = part.includes("=") ? part.split("=") : [names[place], part];
    const name = (left ?? "").trim(), { value = null } = typed(right, "number", false);
    if (!names.includes(name)) throw new Error(`${law} takes ${names.join(", ")}, not '${(name || part).slice(0, 40)}'`);
    if (value === null) throw new Error(`'${right.trim().slice(0, 40)}' is not a number`);
    parameters[name] = value;
  });
  const missing = names.filter((name) => !(name in parameters));
  if (missing.length) throw new Error(`${law} needs ${missing.join(", ")}`);
  const line = timeline === undefined ? null : model.program.timelines[timeline];
  const first = line === null || leaf !== undefined ? 0 : line.before;
  const columns = line === null ? [0] : line.ends.map((_, column) => column).slice(first);
  return { id, item, law, parameters, columns, step: line === null ? 0 : YEARS[/** @type {keyof YEARS} */ (line.step)] };
}

/** The inputs of all paths: for each of `plan`, its values by path. */
/** @param {Model} model @param {Varied[]} plan @param {number} seed @returns {Float64Array[][]} */
export function draws(model, plan, seed) {
  /** @type {Map<string, Varied[]>} */
  const together = new Map();
  for (const one of plan) {
    const key = String(model.items[one.item].timeline ?? "");
    together.set(key, [...(together.get(key) ?? []), one]);
  }
  const groups = [...together.values()].map((group) => ({ group, columns: Math.max(...group.map((one) => (one.step ? one.columns.length : 1))) }));
  const all = normals(seed, 0, groups.reduce((sum, { group, columns }) => sum + DRAWN * columns * group.length, 0));
  /** @type {Map<Varied, Float64Array[]>} */
  const found = new Map();
  let from = 0;
  for (const { group, columns } of groups) {
    group.forEach((one, place) => {
      const { least, most } = model.items[one.item], count = one.columns.length, paths = [];
      for (let path = 0; path < DRAWN; path++) {
        const own = Array.from({ length: count }, (_, column) => all[from + (path * columns + columns - count + column) * group.length + place]);
        paths.push(Float64Array.from(byLaw(one, own, one.step), (value) => Math.min(most ?? Infinity, Math.max(least ?? -Infinity, value))));
      }
      found.set(one, paths);
    });
    from += DRAWN * columns * group.length;
  }
  return plan.map((one) => found.get(one) ?? []);
}

/** The groups of lines that lie between what varies and a line wanted. @param {Model} model @param {Varied[]} plan @param {number} wanted */
export function between(model, plan, wanted) {
  const reached = new Set(plan.map(({ item }) => item)), needed = new Set([wanted]);
  const touched = model.program.order.filter((group) => {
    if (!group.reads.some((place) => reached.has(place))) return false;
    group.lines.forEach((place) => reached.add(place));
    return true;
  });
  return touched.reverse().filter((group) => {
    if (!group.lines.some((place) => needed.has(place))) return false;
    group.reads.forEach((place) => needed.add(place));
    return true;
  }).reverse();
}

/** A line under some paths, by path. The model is afterwards as it was. */
/** @param {Model} model @param {Varied[]} plan @param {Float64Array[][]} inputs @param {number} wanted @param {number} from @param {number} until */
export function along(model, plan, inputs, wanted, from, until) {
  const groups = between(model, plan, wanted), touched = [...plan.map(({ item }) => item), ...groups.flatMap(({ lines }) => lines)];
  const run = model.runner(groups), kept = touched.map((place) => model.values[place].slice()), found = [];
  model.remember(new Set(touched));
  for (let path = from; path < until; path++) {
    plan.forEach(({ item, columns }, place) => columns.forEach((column, at) => (model.values[item][column] = inputs[place][path][at])));
    run();
    found.push(model.values[wanted].slice(model.first(wanted)));
  }
  model.remember(null);
  touched.forEach((place, number) => kept[number].forEach((value, column) => (model.values[place][column] = value)));
  return found;
}

/** A quantile of numbers in order, as NumPy interpolates. @param {number[]} sorted @param {number} share */
export function quantile(sorted, share) {
  if (!sorted.length) return NaN;
  const place = share * (sorted.length - 1), low = Math.floor(place), high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

/** The quantiles by period of a line's values by path. @param {import("./values.js").Value[][]} paths @returns {number[][]} */
export function quantiles(paths) {
  const columns = (paths[0] ?? []).map((_, column) => paths.map((path) => path[column]).filter((value) => typeof value === "number" && Number.isFinite(value)).map(Number).sort((a, b) => a - b));
  return QUANTILES.map((share) => columns.map((sorted) => quantile(sorted, share)));
}

export class Paths {
  /** @param {Book} book */
  constructor(book) {
    this.book = book;
    const { data, model } = book;
    this.laws = element("textarea", { rows: 4, spellcheck: "false", "aria-label": "What varies, an input a line" });
    this.laws.value = data.vary.map(({ id, text }) => `${id}=${text}`).join("\n");
    this.seed = element("input", { type: "number", value: 1, min: 0, "aria-label": "Seed" });
    this.line = element("select", { "aria-label": "Line" }, ...data.outputs.map((item) => element("option", { value: item }, shortened(model.items[item].label))));
    this.said = element("p", { class: "aside", role: "status" });
    this.chart = element("div", { class: "fan" });
    this.turn = 0;
    this.node = element("section", { class: "paths", "aria-label": "Paths" }, element("h2", {}, "A thousand paths"),
      element("p", { class: "aside" }, "The laws and the seed are those of modelgen sweep: the same paths, on the model as it stands here."),
      this.laws, element("p", {}, "Seed ", this.seed, " ", this.line, " ", element("button", { type: "button", onclick: () => this.run() }, "Draw")), this.said, this.chart);
    this.node.hidden = data.outputs.length === 0;
  }

  async run() {
    const { model, data } = this.book, turn = ++this.turn, began = performance.now(), wanted = Number(this.line.value);
    try {
      const plan = this.laws.value.split("\n").filter((text) => text.trim()).map((text) => varied(model, text));
      if (!plan.length) throw new Error("nothing varies: write an input and its law, such as growth=normal(2%, 1%)");
      const inputs = draws(model, plan, Math.max(0, Math.trunc(Number(this.seed.value))));
      /** @type {import("./values.js").Value[][]} */
      const found = [];
      let rested = performance.now();
      for (let from = 0; from < DRAWN; from += SLICE) {
        found.push(...along(model, plan, inputs, wanted, from, Math.min(DRAWN, from + SLICE)));
        if (performance.now() - rested < MOST_BUSY) continue;
        // Now and then the page answers.
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (turn !== this.turn) return;
        rested = performance.now();
      }
      this.show(wanted, quantiles(found));
      const vary = plan.map((one, place) => `--vary "${this.laws.value.split("\n").filter((text) => text.trim())[place].trim()}"`).join(" ");
      this.said.textContent = `${DRAWN.toLocaleString("en")} paths in ${((performance.now() - began) / 1000).toFixed(2)} s: modelgen sweep ${data.deal} --seed ${this.seed.value} ${vary}`;
    } catch (error) {
      this.said.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {number} item @param {number[][]} found quantiles by period */
  show(item, found) {
    const { model } = this.book, { timeline, label } = model.items[item], { format, label: unit, percent } = this.book.unit(item);
    const first = model.first(item), now = model.values[item].slice(first).map((value) => (typeof value === "number" ? value : null));
    const ends = timeline === undefined ? ["now"] : model.program.timelines[timeline].ends.slice(first).map(shortMonth);
    const frame = { title: shortened(label), unit, labels: ends, digits: percent || format.includes("x") ? 1 : 0, percent };
    this.chart.replaceChildren(fan(frame, found, now));
  }
}
