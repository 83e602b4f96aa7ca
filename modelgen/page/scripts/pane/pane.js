// The task pane: what is selected in the workbook and where it comes from, what fails, what if, and what was overtyped.
import { Checks } from "../checks.js";
import { element, shortened } from "../elements.js";
import { Paths } from "../paths.js";
import { Trace } from "../tree.js";
import { typed, valueWords } from "../typed.js";
import { WhatIf } from "../whatif.js";
import { a1 } from "./cells.js";
import { ExcelHost } from "./host.js";
import { inNames } from "./overtyped.js";
import { Sensitivities } from "./sensitivities.js";
import { Session } from "./session.js";

/** @typedef {import("./cells.js").Key} Key */
/** @typedef {import("../model.js").Spot} Spot */
/** @typedef {import("./session.js").Change} Change */

const TABS = { cell: "Cell", whatif: "What if", checks: "Checks", overtyped: "Workbook" };
const SETTLED = 150, MOST = 300;

export class Pane {
  /** @type {Session} */ session;
  /** @type {Trace} */ trace;
  /** @type {WhatIf} */ whatIf;
  /** @type {Checks} */ checks;
  /** @type {HTMLButtonElement} */ status;
  /** @type {HTMLElement} */ input;
  /** @type {HTMLElement} */ unwritten;
  /** @type {HTMLElement} */ workbook;
  /** @type {Record<string, HTMLElement>} */ panes;
  /** @type {HTMLElement[]} */ tabs;

  /** @param {ExcelHost} host */
  constructor(host) {
    this.host = host;
    this.said = element("p", { class: "said", role: "status" });
    /** @type {Key | null} */
    this.key = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.settling = undefined;
  }

  async start() {
    document.body.replaceChildren(this.said);
    this.say("Reading the workbook …");
    try {
      this.session = new Session(await this.host.read());
    } catch (error) {
      this.say(words(error));
      document.body.append(element("p", {}, element("button", { type: "button", onclick: () => this.start() }, "Read again")));
      return;
    }
    this.say("");
    this.build();
    await this.host.follow(() => this.guarded(() => this.moved()), () => this.later());
    await this.moved();
  }

  build() {
    const { book, data } = this.session, go = (/** @type {Spot} */ spot) => this.go(spot), figure = (/** @type {number} */ number) => this.goTo(this.session.located.figure(number));
    this.trace = new Trace(book, { go, figure });
    this.whatIf = new WhatIf(book, { go, change: (changes) => this.change(changes) });
    this.checks = new Checks(book, { go, figure });
    this.input = element("div", { class: "typein" });
    this.unwritten = element("div", { class: "unwritten" });
    this.workbook = element("section", { class: "checks", "aria-label": "The workbook" });
    const paths = new Paths(book);
    this.whatIf.node.prepend(this.unwritten);
    this.whatIf.node.append(new Sensitivities(book).node, paths.node);
    const contents = { cell: [this.input, this.trace.node], whatif: [this.whatIf.node], checks: [this.checks.node], overtyped: [this.workbook] };
    this.panes = Object.fromEntries(Object.entries(contents).map(([id, nodes]) => [id, element("div", { class: "pane", id, role: "tabpanel", "aria-label": TABS[/** @type {keyof TABS} */ (id)] }, ...nodes)]));
    this.tabs = Object.entries(TABS).map(([id, label]) => element("button", { type: "button", role: "tab", "aria-controls": id, onclick: () => this.show(id) }, label));
    this.status = element("button", { type: "button", class: "status", onclick: () => this.show("checks") });
    document.body.replaceChildren(
      element("header", {}, element("div", { class: "brand" }, element("h1", {}, shortened(data.company)), element("p", {}, shortened(data.title)))), this.status,
      element("div", { class: "panetabs", role: "tablist" }, ...this.tabs), this.said, ...Object.values(this.panes));
    this.show("cell");
    this.paint();
  }

  /** @param {string} id of the part to show */
  show(id) {
    for (const [name, node] of Object.entries(this.panes)) node.hidden = name !== id;
    for (const tab of this.tabs) tab.setAttribute("aria-selected", String(tab.getAttribute("aria-controls") === id));
  }

  /** @param {string} text */
  say(text) {
    this.said.textContent = text;
    this.said.hidden = text === "";
  }

  /** Does something, and says in a sentence if it cannot. @param {() => Promise<void>} act */
  async guarded(act) {
    try {
      await act();
    } catch (error) {
      this.say(words(error));
    }
  }

  /** Leads to a cell. @param {Spot} spot */
  go(spot) {
    this.goTo(this.session.located.key(spot));
  }

  /** @param {Key | null} key */
  goTo(key) {
    if (key === null) this.say("It has no cell of its own in the workbook.");
    else this.guarded(() => this.host.select(key));
  }

  /** Follows the selection. */
  async moved() {
    this.key = await this.host.selected();
    this.say("");
    this.show("cell");
    this.paintCell();
  }

  /** Reads again once the workbook has stood still for a moment. */
  later() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.guarded(() => this.reread()), SETTLED);
  }

  async reread() {
    this.session.sync(await this.host.read());
    this.paint();
  }

  /** Changes inputs in the pane alone; the workbook follows when they are written. @param {Change[]} changes */
  change(changes) {
    this.session.model.change(changes);
    this.paint();
  }

  /** Writes what was changed in the pane into the workbook's cells. */
  async write() {
    const { model, book } = this.session, writes = this.session.unwritten();
    for (const { spot, value } of writes) {
      const why = model.problem(spot.item, value);
      if (why) throw new Error(`${model.items[spot.item].label} cannot be ${book.words(spot)}: ${why}`);
    }
    await this.host.write(writes);
    await this.reread();
    this.say(`${writes.length} ${writes.length === 1 ? "cell was" : "cells were"} written.`);
  }

  /** Types into the input that is selected. @param {Spot} spot @param {Key} key @param {string} text */
  async typeIn(spot, key, text) {
    const { model, book } = this.session, { kind, percent } = book.unit(spot.item), { value = null, problem } = typed(text, kind, percent);
    const why = problem ?? model.problem(spot.item, value);
    if (why) throw new Error(`${model.items[spot.item].label}: ${why}`);
    await this.host.write([{ key, value }]);
    await this.reread();
    this.say("");
  }

  paint() {
    const { ok, words: summary } = this.checks.summary();
    this.status.textContent = summary;
    this.status.classList.toggle("fails", !ok);
    this.checks.paint();
    this.whatIf.paint();
    this.paintUnwritten();
    this.paintWorkbook();
    this.paintCell();
  }

  paintUnwritten() {
    const writes = this.session.unwritten(), undo = () => this.change(writes.map(({ spot }) => this.session.held.get(`${spot.item} ${spot.column}`)).flatMap((one) => (one ? [one] : [])));
    this.unwritten.replaceChildren(...(writes.length ? [
      element("p", {}, `Changed here and not in the workbook: ${writes.length} ${writes.length === 1 ? "cell" : "cells"}.`),
      element("p", {}, element("button", { type: "button", class: "write", onclick: () => this.guarded(() => this.write()) }, "Write into the workbook"), " ", element("button", { type: "button", onclick: undo }, "As in the workbook")),
    ] : []));
  }

  paintCell() {
    const { located, cells, model, book } = this.session, { key } = this;
    this.input.replaceChildren();
    if (key === null) return this.trace.show(null);
    const spot = located.spot(key), figure = located.figureAt(key);
    if (spot === null && figure !== null) return this.showFigure(figure);
    if (spot === null) {
      const formula = cells.formula(key), held = cells.value(key);
      const text = formula === null ? (held === null ? `${a1(key)} is blank.` : `${a1(key)}: ${held}`) : `${a1(key)} shows ${held ?? ""}, a formula that is no line of the model: ${inNames(located, key)}`;
      return this.trace.show({ ...key, role: "", format: "", wrapped: false, kind: "text", text });
    }
    const { item, column } = spot, odd = this.session.overtyped.find((one) => a1(one.key) === a1(key)), unread = this.session.unread.get(`${item} ${column}`);
    if (odd) this.input.append(element("p", { class: "fails" }, shortened(`Overtyped: ${odd.was} was replaced by ${odd.now}. What follows is the model as it was built.`)));
    if (unread !== undefined) this.input.append(element("p", { class: "fails" }, shortened(`'${unread}' cannot be read as a value; the model keeps the last one.`)));
    if (model.items[item].kind === "input" && !model.items[item].closed?.includes(column)) this.input.append(this.typing(spot, key));
    this.trace.show({ row: key.row, column: key.column, role: "", format: book.unit(item).format, wrapped: false, kind: "item", item, at: column });
  }

  /** @param {Spot} spot @param {Key} key */
  typing(spot, key) {
    const { model, book } = this.session, { kind, percent } = book.unit(spot.item);
    const field = element("input", { type: "text", value: valueWords(model.values[spot.item][spot.column], kind, percent), "aria-label": "Value of the input", spellcheck: "false" });
    return element("form", { onsubmit: (event) => {
      event.preventDefault();
      this.guarded(() => this.typeIn(spot, key, field.value));
    } }, field, " ", element("button", { type: "submit" }, "Write"));
  }

  /** @param {number} number of a figure in the ledger */
  showFigure(number) {
    const { data, book } = this.session, { id, line, column, printed, words: at, source } = data.proof.figures[number];
    const title = data.sources.find((one) => one.id === source)?.title ?? source;
    this.input.replaceChildren(element("h2", {}, `Figure ${id}`), element("p", {}, `${printed}, in ${at}`), element("p", { class: "aside" }, shortened(title)));
    this.trace.show({ row: 0, column: 0, role: "", format: book.unit(line).format, wrapped: false, kind: "item", item: line, at: column });
  }

  paintWorkbook() {
    const { overtyped, located, unread, cells, book } = this.session, apart = this.session.apart();
    const list = (/** @type {[string, () => void][]} */ rows) => element("ul", { class: "list" }, ...rows.slice(0, MOST).map(([text, chosen]) => element("li", {}, element("button", { type: "button", class: "link", onclick: chosen }, shortened(text)))));
    const part = (/** @type {string} */ head, /** @type {string} */ none, /** @type {[string, () => void][]} */ rows) => [element("h2", {}, head), rows.length ? list(rows) : element("p", { class: "aside" }, none)];
    const spots = [...unread.keys()].map((key) => key.split(" ").map(Number)).map(([item, column]) => ({ item, column }));
    const waiting = this.session.unwritten().length > 0;
    this.workbook.replaceChildren(
      ...part("Overtyped", "Every formula is the one that it was built with, and none was added.", overtyped.map((one) => [`${a1(one.key)}${one.was ? ` (${one.id}): ${one.was} was replaced by ${one.now}` : `: the formula ${one.now} was added`}`, () => this.goTo(one.key)])),
      ...part("Excel and the model", waiting ? "Compared once the changes are written." : "Every line shows what the model computes, to 1e-9.", apart.map((spot) => {
        const key = /** @type {Key} */ (located.key(spot));
        return [`${a1(key)}: ${cells.value(key) ?? "blank"} in the workbook, ${book.words(spot)} in the model`, () => this.go(spot)];
      })),
      ...part("Inputs that cannot be read", "None.", spots.map((spot) => [`${book.model.items[spot.item].label}: ${unread.get(`${spot.item} ${spot.column}`)}`, () => this.go(spot)])),
      ...part("Lost", "Every line has its name.", located.lost.map((id) => [`The name ${id}, or the cells it referred to, have been deleted.`, () => {}])));
    const [tab] = this.tabs.filter((one) => one.getAttribute("aria-controls") === "overtyped");
    tab.textContent = overtyped.length ? `${TABS.overtyped} (${overtyped.length})` : TABS.overtyped;
    tab.classList.toggle("bad", overtyped.length > 0);
  }
}

/** @param {unknown} error */
const words = (error) => (error instanceof Error ? error.message : String(error));
