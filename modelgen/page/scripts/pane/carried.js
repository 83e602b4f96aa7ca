// The model that a workbook carries (modelgen/page/carried.py), unpacked into the data of the page.
import { factory, readsOf } from "./closures.js";

/** @typedef {import("../book.js").Data} Data */
/** @typedef {import("../model.js").Item} Item */
/** @typedef {import("../model.js").Code} Code */
/** @typedef {import("../values.js").Value} Value */
/** @typedef {{label: string, basis: string, formula: string}} Said what the workbook's map says of an item */

export const NAMESPACE = "urn:modelgen:model";
export const VERSION = 1;

/** @param {string} text what the part holds, as JSON @returns {any} */
export function carriedIn(text) {
  const carried = JSON.parse(text);
  if (carried.version !== VERSION) throw new Error(`The workbook carries its model in version ${carried.version}, and this add-in reads version ${VERSION}: write the folder anew with the modelgen that built the workbook.`);
  return carried;
}

/**
 * The data of the page, and the factories of its formulas. Items are numbered as they are carried: inputs, what is recorded,
 * lines in the order of computation.
 * @param {any} carried @param {(id: string) => Said | undefined} said
 * @returns {{data: Data, factories: ((...rows: any[]) => (column: number) => Value)[]}}
 */
export function unpacked(carried, said = () => undefined) {
  const { units, trees, inputs, recorded, lines, together, timelines, proof } = carried;
  const read = trees.map(readsOf), unit = (/** @type {number} */ place) => (place < 0 ? null : units[place][0]);
  /** @param {any[]} code @returns {Code} */
  const code = ([tree, ...parameters]) => [tree, parameters, read[tree].reads, read[tree].flag];
  /** @param {string} id @param {number} unitPlace @param {number} timeline */
  const head = (id, unitPlace, timeline) => {
    const words = id ? said(id) : undefined;
    return { id, label: words?.label || id, unit: unit(unitPlace), ...(timeline < 0 ? {} : { timeline }), ...(words ? { basis: words.basis, names: words.formula } : {}) };
  };
  /** @type {Item[]} */
  const items = [
    ...inputs.map((/** @type {any[]} */ [id, of, timeline, values, rest]) => ({ ...head(id, of, timeline), kind: "input", values, ...rest })),
    ...recorded.map((/** @type {Value} */ value) => ({ id: "", label: "", unit: null, kind: "recorded", values: [value] })),
    ...lines.map((/** @type {any[]} */ [id, of, timeline, own, rest = {}]) => ({
      ...head(id, of, timeline), kind: "line", code: code(own), ...rest, ...(rest.comparative ? { comparative: code(rest.comparative) } : {}),
    })),
  ];
  const first = inputs.length + recorded.length;
  /** @type {Map<number, number>} */
  const sizes = new Map(together);
  const order = [];
  for (let at = 0; at < lines.length; at += sizes.get(at) ?? 1) {
    const size = sizes.get(at) ?? 1, places = Array.from({ length: size }, (_, step) => first + at + step);
    const reads = new Set(places.flatMap((place) => [items[place].code, items[place].comparative].flatMap((one) => (one ? one[1].map((what) => (typeof what === "number" ? what : what[0])) : []))));
    order.push({ lines: places, reads: [...reads].filter((place) => !places.includes(place)), together: sizes.has(at) });
  }
  const data = {
    deal: carried.deal, company: carried.company, title: carried.title, as_of: carried.as_of, timelines, items, order, own: [],
    units: Object.fromEntries(units.map((/** @type {any[]} */ [id, ...rest]) => [id, rest])),
    sheets: [], texts: [], roles: [], formats: [], homes: {}, proof, sources: carried.sources, outputs: carried.outputs, turned: carried.turned, vary: carried.vary,
  };
  return { data: /** @type {any} */ (data), factories: trees.map(factory) };
}
