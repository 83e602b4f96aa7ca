// How far a result moves as each input with a slider goes to either end, the others as they stand; the widest first.
import { element, shortened } from "../elements.js";
import { formatted } from "../formats.js";
import { WhatIf } from "../whatif.js";

/** @typedef {import("../book.js").Book} Book */
/** @typedef {{item: number, column: number, value: number | null}} Change */
/** @typedef {{label: string, ends: [string, number][]}} Row an input, and its two ends with the result at each */

export class Sensitivities {
  /** @param {Book} book */
  constructor(book) {
    this.book = book;
    /** @type {Change[]} */
    this.changes = [];
    // The sliders know how far each input goes, and what moves with it.
    this.sliders = new WhatIf(book, { go: () => {}, change: (changes) => (this.changes = changes) });
    this.line = element("select", { "aria-label": "Result" }, ...book.data.outputs.map((item) => element("option", { value: item }, shortened(book.model.items[item].label))));
    this.table = element("table", { class: "results" });
    this.node = element("section", { class: "sensitivities", "aria-label": "Sensitivities" }, element("h2", {}, "Sensitivities"),
      element("p", { class: "aside" }, "Each input alone to either end of its slider, on the model as it stands here."),
      element("p", {}, this.line, " ", element("button", { type: "button", onclick: () => this.show() }, "Compute")), this.table);
    this.node.hidden = !book.data.outputs.length || !this.sliders.turned.length;
  }

  /** @param {number} item the result, told by its last period @returns {Row[]} */
  rows(item) {
    const { model } = this.book, column = model.values[item].length - 1, result = () => Number(model.values[item][column]);
    const rows = this.sliders.turned.map(({ spot, field }) => {
      const least = Number(field.min), most = Number(field.max), { format } = this.book.unit(spot);
      const ends = [least, most].map((end) => {
        this.sliders.turn(spot, end, least, most);
        const changes = this.changes, before = changes.map((one) => ({ ...one, value: /** @type {number | null} */ (model.values[one.item][one.column]) }));
        model.change(changes);
        const found = result();
        model.change(before);
        return /** @type {[string, number]} */ ([formatted(end, format).trim(), found]);
      });
      return { label: model.items[spot].label, ends: /** @type {[string, number][]} */ (ends) };
    });
    const wide = (/** @type {any} */ { ends: [[, a], [, b]] }) => Math.abs(a - b);
    return /** @type {Row[]} */ (/** @type {any} */ (rows.sort((a, b) => wide(b) - wide(a))));
  }

  show() {
    const item = Number(this.line.value), { model } = this.book, { format } = this.book.unit(item), last = model.values[item].length - 1;
    const cells = this.rows(item).map(({ label, ends }) => element("tr", {}, element("th", { scope: "row" }, shortened(label)),
      ...ends.map(([end, found]) => element("td", { class: "n" }, formatted(found, format).trim(), element("br"), element("span", { class: "aside" }, `at ${end}`)))));
    const now = [this.book.period({ item, column: last }), formatted(model.values[item][last], format).trim()].filter(Boolean).join(": ");
    this.table.replaceChildren(element("caption", { class: "aside" }, `As it stands ${now}`), ...cells);
  }
}
