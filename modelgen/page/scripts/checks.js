// What holds and what ties: the checks and the figures, as the model stands.
import { element, shortened } from "./elements.js";
import { formatted } from "./formats.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("./model.js").Spot} Spot */
/** @typedef {{go: (spot: Spot) => void, figure: (figure: number) => void}} Listeners */

const MOST = 1000;
/** What a check of a kind says of itself when it holds, and when it does not. @type {Record<string, [string, string]>} */
const STATES = { integrity: ["holds", "FAILS"], alert: ["quiet", "ALERT"], housekeeping: ["holds", "as opened"] };

export class Checks {
  /** @param {Book} book @param {Listeners} listeners */
  constructor(book, listeners) {
    this.book = book;
    this.listeners = listeners;
    this.node = element("section", { class: "checks", "aria-label": "Checks and tie-outs" });
  }

  /** @param {number | undefined} item whether a check or a figure holds */
  holds(item) {
    return item !== undefined && this.book.model.values[item][0] === 1;
  }

  /** What holds, in one line. */
  summary() {
    const { figures, checks } = this.book.data.proof;
    const integrity = checks.filter(({ kind }) => kind === "integrity"), alerts = checks.filter(({ kind }) => kind === "alert");
    const tied = figures.filter(({ holds }) => this.holds(holds)).length, holding = integrity.filter(({ holds }) => this.holds(holds)).length;
    const raised = alerts.filter(({ holds }) => !this.holds(holds)).length, ok = tied === figures.length && holding === integrity.length;
    const words = `${ok ? "Holds" : "FAILS"}: ${tied} of ${figures.length} figures tie, ${holding} of ${integrity.length} checks hold` +
      (raised ? `, ${raised} alert${raised === 1 ? "" : "s"}` : "");
    return { ok, words };
  }

  paint() {
    const { figures, checks } = this.book.data.proof, { words, ok } = this.summary();
    const failing = (/** @type {{holds?: number}} */ one) => (this.holds(one.holds) ? 1 : 0);
    const sorted = checks.map((check) => check).sort((a, b) => failing(a) - failing(b));
    const row = (/** @type {string} */ label, /** @type {boolean} */ good, /** @type {string} */ state, /** @type {() => void} */ chosen) =>
      element("li", { class: good ? "good" : "bad" }, element("button", { type: "button", class: "link", onclick: chosen }, shortened(label)), element("span", { class: "state" }, state));
    const checked = sorted.map((check) => {
      const good = this.holds(check.holds), { kind } = check;
      return row(check.label, good, good ? STATES[kind][0] : STATES[kind][1], () => this.listeners.go(this.breach(check)));
    });
    const order = figures.map((_, number) => number).sort((a, b) => failing(figures[a]) - failing(figures[b]));
    const tied = order.slice(0, MOST).map((number) => {
      const { line, column, printed, words: at, difference, holds } = figures[number], good = this.holds(holds);
      const label = [this.book.model.items[line].label, this.book.period({ item: line, column })].filter(Boolean).join(", ");
      const off = difference === undefined ? "" : formatted(this.book.model.values[difference][0], this.book.unit(difference).format).trim();
      return row(`${label}: ${printed} (${at})`, good, good ? "ties" : `off by ${off}`, () => this.listeners.figure(number));
    });
    this.node.replaceChildren(element("p", { class: ok ? "holds" : "fails" }, words), element("h2", {}, "Checks"), element("ul", { class: "list" }, ...checked),
      element("h2", {}, "Figures"), element("ul", { class: "list" }, ...tied));
  }

  /** The first period in which a check is not zero. @param {import("./book.js").Check} check @returns {Spot} */
  breach({ item }) {
    const column = this.book.model.values[item].findIndex((value) => typeof value === "number" && Math.abs(value) > 1e-6);
    return { item, column: Math.max(0, column) };
  }
}
