// The page: the source on the left, the sheets on the right, and what follows from a choice or a change.
import { Book } from "./book.js";
import { Checks } from "./checks.js";
import { Documents } from "./document.js";
import { element, shortened } from "./elements.js";
import { Grid } from "./grid.js";
import { Paths } from "./paths.js";
import { Trace } from "./tree.js";
import { typed, valueWords } from "./typed.js";
import { WhatIf } from "./whatif.js";

/** @typedef {import("./book.js").Cell} Cell */
/** @typedef {import("./book.js").Data} Data */
/** @typedef {import("./book.js").Place} Place */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Spot} Spot */

const KEYS = [
  ["Arrows", "to the next cell"], ["Enter or F2", "type into an input; follow any other cell to its source"], ["Escape", "leave without a change"],
  ["Backspace", "back to where you came from"], ["[ and ]", "the sheet before and after"], ["F6", "to the next part of the page"], ["?", "these keys"],
];

export class View {
  // The elements that `build` makes.
  /** @type {HTMLButtonElement} */ status;
  /** @type {HTMLButtonElement} */ back;
  /** @type {HTMLElement} */ live;
  /** @type {HTMLElement} */ name;
  /** @type {HTMLElement} */ said;
  taken = "";
  /** @type {HTMLElement} */ tabs;
  /** @type {HTMLDialogElement} */ help;
  /** @type {HTMLSelectElement | undefined} */ scenario;
  /** @type {Record<string, HTMLElement>} */ panes;
  /** @type {HTMLElement[]} */ paneTabs;

  /** @param {Model} model @param {Data} data @param {Set<(stale: Set<number>) => void>} follows */
  constructor(model, data, follows) {
    this.model = model;
    this.data = data;
    this.book = new Book(model, data);
    /** @type {Place[]} where Backspace leads */
    this.history = [];
    /** @type {Place} */
    this.place = { sheet: 0, row: 0, column: 0 };
    const go = (/** @type {Spot} */ spot) => this.go(spot);
    const figure = (/** @type {number} */ number) => this.toSource(number);
    this.grid = new Grid(this.book, {
      selected: (place, cell) => this.selected(place, cell),
      opened: (place, cell) => this.opened(place, cell),
      edited: (cell, text) => this.edited(cell, text),
    });
    this.trace = new Trace(this.book, { go, figure });
    this.documents = new Documents(this.book, (number) => this.goToFigure(number));
    this.checks = new Checks(this.book, { go, figure: (number) => this.goToFigure(number) });
    this.whatIf = new WhatIf(this.book, { go, change: (changes) => this.change(changes) });
    this.paths = new Paths(this.book);
    this.whatIf.node.append(this.paths.node);
    this.build();
    follows.add(() => this.later());
    this.pending = false;
  }

  build() {
    const { data } = this;
    this.status = element("button", { type: "button", class: "status", onclick: () => this.pane("checks") });
    this.live = element("div", { class: "quiet", role: "status", "aria-live": "polite" });
    this.back = element("button", { type: "button", title: "Backspace", onclick: () => this.goBack() }, "Back");
    this.name = element("span", { class: "name" });
    this.said = element("span", { class: "said" });
    this.tabs = element("div", { class: "tabs", role: "tablist", "aria-label": "Sheets" }, ...data.sheets.map(({ name, tab }, number) => {
      const node = element("button", { type: "button", role: "tab", id: `sheet${number}`, onclick: () => this.sheet(number) }, shortened(name));
      node.style.borderTopColor = tab;
      return node;
    }));
    this.tabs.addEventListener("keydown", (event) => this.alongTabs(event));
    this.panes = { trace: element("div", { class: "pane split", id: "trace", role: "tabpanel", "aria-label": "Source" }, this.trace.node, this.documents.node), whatif: element("div", { class: "pane", id: "whatif", role: "tabpanel", "aria-label": "What if" }, this.whatIf.node), checks: element("div", { class: "pane", id: "checks", role: "tabpanel", "aria-label": "Checks" }, this.checks.node) };
    const words = { trace: "Source", whatif: "What if", checks: "Checks" };
    this.paneTabs = Object.entries(words).map(([id, label]) => element("button", { type: "button", role: "tab", "aria-controls": id, onclick: () => this.pane(id) }, label));
    this.help = element("dialog", { class: "help", "aria-label": "Keys" }, element("h2", {}, "Keys"),
      element("dl", {}, ...KEYS.flatMap(([key, does]) => [element("dt", {}, key), element("dd", {}, does)])),
      element("button", { type: "button", onclick: () => this.help.close() }, "Close"));
    const left = element("aside", { class: "left" }, element("div", { class: "panetabs", role: "tablist", "aria-label": "Beside the sheets" }, ...this.paneTabs), ...Object.values(this.panes));
    const bar = element("div", { class: "formulabar" }, this.back, this.name, this.said);
    const right = element("main", { class: "right" }, bar, this.grid.node, this.tabs);
    const header = element("header", {}, element("div", { class: "brand" }, element("h1", {}, shortened(data.company)), element("p", {}, shortened(`${data.title} · as of ${data.as_of}`))), ...this.selector(), this.status,
      element("button", { type: "button", class: "toggle-left", onclick: () => this.pane("trace") }, "Source"),
      element("button", { type: "button", onclick: () => this.reset() }, "Reset"), element("button", { type: "button", class: "keys", onclick: () => this.help.showModal() }, "Keys"));
    document.body.append(header, element("div", { class: "both" }, left, right), this.help, this.live);
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeprint", () => this.grid.print(true));
    window.addEventListener("afterprint", () => this.grid.print(false));
    window.addEventListener("resize", () => {
      this.grid.measure();
      this.grid.redraw();
    });
    this.pane("trace");
    document.body.classList.remove("beside");
    const first = data.sheets.findIndex(({ charts }) => charts.length), lined = data.sheets.findIndex(({ boundary, tab }) => boundary !== null && tab !== "#FFC000");
    this.sheet(Math.max(0, first >= 0 ? first : lined));
    this.trace.show(null);
    this.paint();
    // The document is long, and what is asked first is a number.
    setTimeout(() => this.documents.open(0), 0);
  }

  /** The scenario selector, if the model has scenarios. @returns {Node[]} */
  selector() {
    const { scenario } = this.data.proof, choices = scenario === null ? null : this.model.items[scenario].choices;
    if (scenario === null || !choices) return [];
    this.scenario = element("select", { id: "scenario", onchange: () => this.change([{ item: scenario, column: 0, value: Number(this.scenario?.value) }]) },
      ...choices.map(([code, name]) => element("option", { value: code }, shortened(name))));
    return [element("label", { class: "scenario" }, "Scenario ", this.scenario)];
  }

  /** Shows one of the parts on the left. @param {string} id */
  pane(id) {
    Object.entries(this.panes).forEach(([name, node], place) => {
      node.hidden = name !== id;
      this.paneTabs[place].setAttribute("aria-selected", String(name === id));
    });
    const wasOpen = document.body.dataset.pane === id && document.body.classList.contains("beside");
    document.body.dataset.pane = id;
    // On a narrow screen the part lies over the sheet, and the same button folds it away.
    document.body.classList.toggle("beside", !wasOpen);
    this.paintPanes();
  }

  /** @param {number} number */
  sheet(number) {
    this.grid.show(number);
    this.place = this.grid.active;
    this.paintTabs();
  }

  paintTabs() {
    [...this.tabs.children].forEach((tab, number) => {
      const here = number === this.grid.sheet;
      tab.setAttribute("aria-selected", String(here));
      tab.setAttribute("tabindex", here ? "0" : "-1");
      if (here) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  /** @param {KeyboardEvent} event */
  alongTabs(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    this.turnTo(step);
    /** @type {HTMLElement} */ (this.tabs.children[this.grid.sheet]).focus();
  }

  /** @param {number} step */
  turnTo(step) {
    this.sheet(Math.max(0, Math.min(this.data.sheets.length - 1, this.grid.sheet + step)));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = { Backspace: () => this.goBack(), "[": () => this.turnTo(-1), "]": () => this.turnTo(1), "?": () => this.help.showModal(), F6: () => this.nextPart() };
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  nextPart() {
    const parts = [this.grid.table, this.tabs.querySelector("[tabindex='0']"), this.paneTabs.find((tab) => tab.getAttribute("aria-selected") === "true"), this.documents.text];
    const at = parts.findIndex((part) => part?.contains(document.activeElement));
    const next = parts[(at + 1) % parts.length];
    if (next instanceof HTMLElement) next.focus();
  }

  /** Shows where the cell comes from, and the line of the nearest figure. @param {Place} place @param {Cell} cell */
  selected(place, cell) {
    this.place = place;
    this.trace.show(cell);
    this.paintBar(cell);
    const figure = cell.item === undefined && cell.own === undefined ? null : this.trace.nearest(cell);
    if (figure !== null) this.documents.show(figure);
    this.say(this.said.textContent ?? "");
  }

  /** Follows a link, or a number to its source. @param {Place} place @param {Cell} cell */
  opened(place, cell) {
    this.selected(place, cell);
    if (cell.target) return this.jump(cell.target);
    this.pane("trace");
    const figure = this.trace.nearest(cell);
    if (figure !== null) this.toSource(figure);
  }

  /** Shows a figure's line in the document. @param {number} figure */
  toSource(figure) {
    document.body.classList.add("beside");
    if (document.body.dataset.pane !== "trace") this.pane("trace");
    const { words, printed } = this.data.proof.figures[figure];
    this.say(this.documents.show(figure) ? `${printed} in ${words}` : `${words} is not in the document`);
  }

  /** Goes to the cell that a figure ties to. @param {number} figure */
  goToFigure(figure) {
    const { line, column } = this.data.proof.figures[figure];
    this.go({ item: line, column });
    this.documents.show(figure);
  }

  /** @param {Spot} spot */
  go(spot) {
    const place = this.book.where(spot);
    if (place === null) return this.say(`${this.model.items[spot.item].label} stands on no sheet`);
    this.jump(place);
  }

  /** @param {Place} place */
  jump(place) {
    this.history.push(this.grid.active);
    this.moveTo(place);
  }

  goBack() {
    const place = this.history.pop();
    if (place) this.moveTo(place);
    else this.say("There is nowhere to go back to");
  }

  /** @param {Place} place */
  moveTo(place) {
    this.grid.go(place, true);
    this.paintTabs();
    const cell = this.book.cell(place);
    if (cell) this.selected(place, cell);
    this.grid.focus();
  }

  /** Takes what was typed into an input; what is wrong with it, or nothing. @param {Cell} cell @param {string} text */
  edited(cell, text) {
    const spot = /** @type {Spot} */ (this.book.spot(cell)), { kind, percent } = this.book.unit(spot.item);
    const { value = null, problem = "" } = typed(text, kind, percent);
    const wrong = problem || this.refusal(spot.item, value);
    if (wrong) {
      this.say(`Not taken: ${wrong}`);
      this.said.textContent = `Not taken: ${wrong}`;
      return wrong;
    }
    // As a spreadsheet does: 5 is 5%, and 0.5 is 50%. Which it was is said.
    this.taken = percent && value && !text.includes("%") ? `${text.trim()} is taken as ${valueWords(value, kind, percent)}` : "";
    this.change([{ item: spot.item, column: spot.column, value }]);
    return "";
  }

  /** Why an input may not hold a value, with what it may hold; empty if it may. @param {number} item @param {number | null} value */
  refusal(item, value) {
    const wrong = this.model.problem(item, value), { least, most, choices } = this.model.items[item], { kind, percent } = this.book.unit(item);
    if (!wrong || value === null) return wrong;
    const words = (/** @type {number} */ one) => valueWords(one, kind, percent);
    const range = choices ? choices.map(([code]) => code).join(", ") : least != null && most != null ? `from ${words(least)} to ${words(most)}` : "";
    return `${words(value)}: ${wrong}${range ? `, which is ${range}` : ""}`;
  }

  /** @param {{item: number, column: number, value: number | null}[]} changes */
  change(changes) {
    this.model.change(changes);
    this.later();
  }

  reset() {
    this.change(this.model.changes().map((spot) => ({ ...spot, value: /** @type {number | null} */ (this.model.opened[spot.item][spot.column]) })));
    this.say("All inputs are as the page was opened");
  }

  /** Paints once for all changes until the next frame. */
  later() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.paint();
    });
  }

  paint() {
    this.grid.paint();
    const { ok, words } = this.checks.summary();
    if (this.status.textContent !== words) {
      this.status.textContent = words;
      this.status.classList.toggle("fails", !ok);
      this.say(words);
    }
    const { scenario } = this.data.proof;
    if (this.scenario && scenario !== null) this.scenario.value = String(this.model.values[scenario][0]);
    this.paintPanes();
    const cell = this.book.cell(this.grid.active);
    if (cell) this.paintBar(cell);
    if (this.taken) this.say((this.said.textContent = this.taken));
    this.taken = "";
    if (this.trace.cell) this.trace.show(this.trace.cell);
  }

  /** Paints the part on the left that is shown. */
  paintPanes() {
    if (!this.panes.whatif.hidden) this.whatIf.paint();
    if (!this.panes.checks.hidden) this.checks.paint();
  }

  /** @param {Cell} cell */
  paintBar(cell) {
    const spot = this.book.spot(cell);
    this.name.textContent = spot ? this.model.items[spot.item].id : "";
    this.said.textContent = shortened(spot ? this.grid.title(cell) : this.book.shown(cell)).slice(0, 300);
    this.back.disabled = this.history.length === 0;
  }

  /** Says something to a screen reader. @param {string} words */
  say(words) {
    this.live.textContent = words;
  }
}
