// Where a number comes from: its formula in names and in words, and the tree of what it reads, down to inputs and figures.
import { element, shortened } from "./elements.js";
import { formatted } from "./formats.js";
import { valueWords } from "./typed.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("./book.js").Cell} Cell */
/** @typedef {import("./model.js").Spot} Spot */
/** @typedef {{go: (spot: Spot) => void, figure: (figure: number) => void}} Listeners */

const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/g;
const MOST = 400, MOST_SEEN = 1500, MOST_MOVED = 12, DEEPEST = 12;

export class Trace {
  /** @param {Book} book @param {Listeners} listeners */
  constructor(book, listeners) {
    this.book = book;
    this.listeners = listeners;
    this.node = element("section", { class: "trace", "aria-label": "Where the number comes from" });
    /** @type {Cell | null} */
    this.cell = null;
  }

  /** What a cell reads. @param {Cell} cell @returns {Spot[]} */
  reads(cell) {
    const { model } = this.book, spot = this.book.spot(cell);
    if (spot !== null) return model.precedents(spot);
    if (cell.own === undefined) return [];
    const { code, column } = model.program.own[cell.own];
    return model.readsOf(code, column, model.own[cell.own]);
  }

  /** Shows a cell; null shows how to begin. @param {Cell | null} cell */
  show(cell) {
    this.cell = cell;
    if (cell === null || (cell.item === undefined && cell.own === undefined)) {
      const text = cell === null ? "Choose a number: here stand its formula, what it reads, and the line of the source it comes from." : shortened(cell.text ?? this.book.shown(cell));
      this.node.replaceChildren(element("p", { class: "aside" }, text));
      return;
    }
    const spot = this.book.spot(cell), reads = this.reads(cell);
    this.node.replaceChildren(...(spot ? this.headed(spot) : [element("h2", {}, "A formula of the sheet"), element("p", { class: "value" }, this.book.shown(cell))]));
    if (spot) this.node.append(...this.moved(spot), ...this.figures(spot), ...this.formula(spot, reads));
    if (reads.length) {
      this.node.append(element("h3", {}, "Follows from"), this.tree(reads));
    }
  }

  /** @param {Spot} spot */
  headed(spot) {
    const { model } = this.book, item = model.items[spot.item], { kind, percent, label } = this.book.unit(spot.item);
    const forecast = this.book.isForecast(spot), period = this.book.period(spot);
    const what = [period, forecast === null ? "" : forecast ? "forecast" : "actual", item.kind === "recorded" ? "recorded" : item.kind].filter(Boolean).join(" · ");
    const parts = [
      element("h2", {}, shortened(item.label)),
      element("p", { class: "aside" }, `${what} · `, element("code", {}, item.id)),
      element("p", { class: "value" }, this.book.words(spot)),
    ];
    if (item.kind === "input") {
      const words = (/** @type {number} */ value) => valueWords(value, kind, percent);
      const range = item.choices ? item.choices.map(([code, name]) => `${code} ${name}`).join("; ")
        : item.least != null && item.most != null ? `${words(item.least)} to ${words(item.most)}` : "any amount";
      parts.push(element("p", {}, `${item.status ?? ""}: ${shortened(item.basis ?? "")}`), element("p", { class: "aside" }, `Allowed: ${range}${label ? `, in ${label}` : ""}`));
    }
    if (item.note) parts.push(element("p", { class: "aside" }, shortened(item.note)));
    return parts;
  }

  /** The figures that a value ties to, each a button that shows its line. @param {Spot} spot */
  figures(spot) {
    return this.book.figuresOf(spot).map((number) => element("p", {}, this.figure(number)));
  }

  /** @param {number} number */
  figure(number) {
    const { printed, words, holds } = this.book.data.proof.figures[number];
    const ties = holds === undefined || this.book.model.values[holds][0] === 1;
    return element("button", { type: "button", class: `figure ${ties ? "" : "fails"}`, onclick: () => this.listeners.figure(number) },
      `${printed} in ${words}${ties ? "" : " (does not tie)"}`);
  }

  /** @param {Spot} spot @param {Spot[]} reads */
  formula(spot, reads) {
    const item = this.book.model.items[spot.item];
    if (!item.names) return [];
    const text = shortened(item.names), node = element("code", { class: "formula" });
    let end = 0;
    for (const match of text.matchAll(NAME)) {
      const place = this.book.model.places.get(match[0]);
      if (place === undefined || isQuoted(text, match.index)) continue;
      const target = reads.find((one) => one.item === place) ?? { item: place, column: Math.min(spot.column, this.book.model.values[place].length - 1) };
      node.append(text.slice(end, match.index), element("button", { type: "button", class: "name", onclick: () => this.listeners.go(target) }, match[0]));
      end = match.index + match[0].length;
    }
    node.append(text.slice(end));
    return [element("h3", {}, "Formula"), node, ...(item.words ? [element("p", { class: "aside" }, shortened(item.words))] : [])];
  }

  /** What changed a value since the page was opened, input by input in the order of the model. @param {Spot} spot */
  moved(spot) {
    const { model } = this.book, now = model.values[spot.item][spot.column], was = model.opened[spot.item][spot.column];
    if (Object.is(now, was) || typeof now !== "number" || typeof was !== "number") return [];
    const { format } = this.book.unit(spot.item), signed = (/** @type {number} */ value) => `${value > 0 ? "+" : ""}${formatted(value, format)}`;
    const rows = [element("p", {}, `As opened ${this.book.words(spot, was)}; now ${this.book.words(spot, now)}; moved ${signed(now - was)}`)];
    if (model.items[spot.item].kind === "input") return rows;
    const parts = attributed(model, spot);
    if (parts === null) return rows;
    const list = parts.filter(({ by }) => by !== 0).map(({ change, by }) => element("li", {},
      element("button", { type: "button", class: "link", onclick: () => this.listeners.go(change) }, [model.items[change.item].label, this.book.period(change)].filter(Boolean).join(", ")),
      element("span", { class: "n" }, signed(by))));
    return [element("h3", {}, "What moved it"), ...rows, element("ul", { class: "moved" }, ...list)];
  }

  /** @param {Spot[]} reads */
  tree(reads) {
    const tree = element("ul", { role: "tree", "aria-label": "What the number follows from" }, ...reads.slice(0, MOST).map((spot) => this.branch(spot, 1)));
    tree.querySelector("[role=treeitem]")?.setAttribute("tabindex", "0");
    tree.addEventListener("keydown", (event) => this.key(event, tree));
    return tree;
  }

  /** @param {Spot} spot @param {number} level @returns {HTMLElement} */
  branch(spot, level) {
    const { model } = this.book, item = model.items[spot.item];
    const children = () => spot.all ? model.values[spot.item].map((_, column) => ({ item: spot.item, column })).slice(spot.column) : model.precedents(spot);
    const canOpen = level < DEEPEST && (spot.all || (item.kind === "line" && children().length > 0));
    const label = [shortened(item.label), this.book.period(spot)].filter(Boolean).join(", ");
    const value = spot.all ? "" : this.book.words(spot);
    const figures = spot.all ? [] : this.book.figuresOf(spot);
    const toggle = element("span", { class: "toggle", "aria-hidden": "true" });
    const go = element("span", { class: "link" }, label);
    const line = element("div", { class: `branch ${item.kind}` }, toggle, go, element("span", { class: "n" }, value));
    if (figures.length) {
      const { words, printed } = this.book.data.proof.figures[figures[0]];
      line.append(element("button", { type: "button", class: "figure", tabindex: -1, title: `${printed} in ${words}`, onclick: () => this.listeners.figure(figures[0]) }, words));
    }
    const node = element("li", { role: "treeitem", tabindex: -1, "aria-level": level, "aria-expanded": canOpen ? "false" : null, "aria-label": `${label} ${value}` }, line);
    const open = () => {
      if (!canOpen) return;
      const opened = node.getAttribute("aria-expanded") === "true";
      node.setAttribute("aria-expanded", String(!opened));
      if (opened) node.querySelector("[role=group]")?.remove();
      else node.append(element("ul", { role: "group" }, ...children().slice(0, MOST).map((one) => this.branch(one, level + 1))));
    };
    toggle.addEventListener("click", open);
    go.addEventListener("click", () => this.listeners.go(spot));
    node.addEventListener("open", open);
    node.addEventListener("go", () => this.listeners.go(spot));
    return node;
  }

  /** The keys of a tree. @param {KeyboardEvent} event @param {HTMLElement} tree */
  key(event, tree) {
    const all = /** @type {HTMLElement[]} */ ([...tree.querySelectorAll("[role=treeitem]")]);
    const here = event.target instanceof HTMLElement ? event.target.closest("[role=treeitem]") : null;
    if (!(here instanceof HTMLElement) || event.target instanceof HTMLButtonElement) return;
    const at = all.indexOf(here), expanded = here.getAttribute("aria-expanded");
    const focus = (/** @type {Element | null | undefined} */ node) => {
      if (!(node instanceof HTMLElement)) return;
      here.tabIndex = -1;
      node.tabIndex = 0;
      node.focus();
    };
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => focus(all[at + 1]), ArrowUp: () => focus(all[at - 1]), Home: () => focus(all[0]), End: () => focus(all[all.length - 1]),
      ArrowRight: () => (expanded === "false" ? here.dispatchEvent(new Event("open")) : focus(here.querySelector("[role=treeitem]"))),
      ArrowLeft: () => (expanded === "true" ? here.dispatchEvent(new Event("open")) : focus(here.parentElement?.closest("[role=treeitem]"))),
      Enter: () => here.dispatchEvent(new Event("go")),
    };
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }

  /** The figure nearest to a cell: its own, or the first in its unit that it follows from, else the first of all. */
  /** @param {Cell} cell @returns {number | null} */
  nearest(cell) {
    const spot = this.book.spot(cell), seen = new Set(), { items } = this.book.model, { figures } = this.book.data.proof;
    /** @type {number | null} */
    let other = null;
    let front = spot ? [spot] : this.reads(cell);
    for (let depth = 0; depth < DEEPEST && front.length && seen.size < MOST_SEEN; depth++) {
      /** @type {Spot[]} */
      const next = [];
      for (const one of front) {
        const key = `${one.item} ${one.column}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const [figure] = this.book.figuresOf(one);
        if (figure !== undefined) {
          if (!spot || items[figures[figure].line].unit === items[spot.item].unit) return figure;
          other ??= figure;
        }
        if (!one.all) next.push(...this.book.model.precedents(one));
      }
      front = next;
    }
    return other;
  }
}

/** Whether a place in a formula is inside a text. @param {string} text @param {number} at */
const isQuoted = (text, at) => (text.slice(0, at).split('"').length - 1) % 2 === 1;

/**
 * A value's change since the page was opened, by input: each input is set in turn, and what that step moves is its
 * part, as `modelgen diff` has it. Null if too many inputs changed.
 * @param {import("./model.js").Model} model @param {Spot} spot @returns {{change: Spot, by: number}[] | null}
 */
export function attributed(model, spot) {
  const changes = model.changes();
  if (changes.length > MOST_MOVED) return null;
  const now = changes.map(({ item, column }) => /** @type {number | null} */ (model.values[item][column]));
  const value = () => Number(model.values[spot.item][spot.column]);
  model.change(changes.map((change) => ({ ...change, value: /** @type {number | null} */ (model.opened[change.item][change.column]) })));
  let before = value();
  return changes.map((change, place) => {
    model.change([{ ...change, value: now[place] }]);
    const by = value() - before;
    before = value();
    return { change, by };
  });
}
