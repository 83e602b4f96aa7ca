// What if: the results, sliders for what an analyst turns, what was changed, and the changes as an overlay.
import { element, shortened } from "./elements.js";
import { formatted } from "./formats.js";
import { overlayText } from "./overlay.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("./model.js").Spot} Spot */
/** @typedef {{change: (changes: {item: number, column: number, value: number | null}[]) => void, go: (spot: Spot) => void}} Listeners */

const STEPS = 200, MOST_RESULTS = 8;

export class WhatIf {
  /** @param {Book} book @param {Listeners} listeners */
  constructor(book, listeners) {
    this.book = book;
    this.listeners = listeners;
    this.results = element("table", { class: "results" });
    this.sliders = element("div", { class: "sliders" });
    this.changes = element("div", {});
    this.saved = element("span", { class: "aside", role: "status" });
    this.node = element("section", { class: "whatif", "aria-label": "What if" },
      element("h2", {}, "Results"), this.results, element("h2", {}, "Turn"), this.sliders, element("h2", {}, "Changed"), this.changes);
    /** @type {{spot: number, field: HTMLInputElement, shown: HTMLElement}[]} */
    this.turned = [];
    this.addSliders();
  }

  addSliders() {
    const { model, data } = this.book;
    for (const [item, end] of data.turned) {
      const { kind, percent } = this.book.unit(item), opened = Number(model.opened[item][this.first(item)] ?? 0);
      if (kind !== "number" || model.items[item].choices) continue;
      const reach = end !== null && end !== opened ? Math.abs(end - opened) : percent ? Math.max(0.05, Math.abs(opened)) : Math.max(1, Math.abs(opened));
      const least = Math.max(opened - reach, model.items[item].least ?? -Infinity), most = Math.min(opened + reach, model.items[item].most ?? Infinity);
      const name = shortened(model.items[item].label), row = model.items[item].timeline !== undefined;
      const field = element("input", { type: "range", min: least, max: most, step: "any", id: `turn${item}`, oninput: () => this.turn(item, Number(field.value), least, most) });
      field.value = String(opened);
      const shown = element("output", { for: `turn${item}` });
      this.turned.push({ spot: item, field, shown });
      this.sliders.append(element("div", { class: "slider" }, element("label", { for: `turn${item}` }, row ? `${name} (first forecast period; the others move with it)` : name), shown, field));
    }
    if (!this.turned.length) this.sliders.append(element("p", { class: "aside" }, "The model has no rate, growth or margin to turn: change any input in its cell."));
  }

  /** The first column of an input that a forecast reads. @param {number} item */
  first(item) {
    const { model } = this.book;
    for (let column = model.first(item); column < model.values[item].length; column++) {
      if (this.book.isForecast({ item, column }) !== false && model.opened[item][column] !== null) return column;
    }
    return model.values[item].length - 1;
  }

  /** @param {number} item @param {number} value @param {number} least @param {number} most */
  turn(item, value, least, most) {
    const { model } = this.book, first = this.first(item), opened = Number(model.opened[item][first] ?? 0);
    // A slider stops at round numbers, and at the value as opened.
    const step = Number(Math.pow(10, Math.floor(Math.log10((most - least) / STEPS))).toPrecision(1));
    const round = Math.abs(value - opened) < (most - least) / STEPS ? opened : Math.min(most, Math.max(least, Number((Math.round(value / step) * step).toPrecision(12))));
    const shift = round - opened, changes = [];
    for (let column = first; column < model.values[item].length; column++) {
      const was = model.opened[item][column];
      if (typeof was !== "number" || (column !== first && model.items[item].timeline === undefined)) continue;
      if (this.book.isForecast({ item, column }) === false) continue;
      const moved = shift === 0 ? was : Number((was + shift).toPrecision(14));
      changes.push({ item, column, value: Math.min(model.items[item].most ?? Infinity, Math.max(model.items[item].least ?? -Infinity, moved)) });
    }
    this.listeners.change(changes);
  }

  paint() {
    const { model, data } = this.book;
    for (const { spot, field, shown } of this.turned) {
      const now = model.values[spot][this.first(spot)];
      shown.textContent = formatted(now, this.book.unit(spot).format);
      if (document.activeElement !== field && typeof now === "number") field.value = String(now);
    }
    const rows = data.outputs.slice(0, MOST_RESULTS).map((item) => {
      const column = this.headline(item), now = model.values[item][column], was = model.opened[item][column], { format, label: unit, percent } = this.book.unit(item);
      const moved = typeof now === "number" && typeof was === "number" && !Object.is(now, was) ? `${now > was ? "+" : ""}${formatted(now - was, format)}` : "";
      const label = [model.items[item].label, this.book.period({ item, column })].filter(Boolean).join(", ");
      return element("tr", {}, element("th", { scope: "row" }, element("button", { type: "button", class: "link", onclick: () => this.listeners.go({ item, column }) }, shortened(label)), unit && !percent ? element("span", { class: "aside" }, ` ${unit}`) : ""),
        element("td", { class: "n" }, formatted(now, format)), element("td", { class: "n moved" }, moved));
    });
    this.results.replaceChildren(element("tr", {}, element("th", { scope: "col" }, "Line"), element("th", { scope: "col", class: "n" }, "Now"), element("th", { scope: "col", class: "n" }, "Moved")), ...rows);
    this.paintChanges();
  }

  /** The column that a result is told by: the last. @param {number} item */
  headline(item) {
    return this.book.model.values[item].length - 1;
  }

  /** Sends the overlay to where the page was served from. */
  async save() {
    const { model, data } = this.book;
    try {
      const answer = await fetch(data.save ?? "", { method: "POST", body: overlayText(model, data.deal) });
      const { saved, error } = await answer.json();
      this.saved.textContent = saved ? `saved as ${saved}` : `not saved: ${error}`;
    } catch {
      this.saved.textContent = "not saved: the page is no longer served";
    }
  }

  paintChanges() {
    const { model, data } = this.book, changes = model.changes();
    if (!changes.length) {
      this.changes.replaceChildren(element("p", { class: "aside" }, "Nothing: every input is as the page was opened."));
      return;
    }
    const list = changes.slice(0, 100).map(({ item, column }) => {
      const spot = { item, column }, was = /** @type {number | null} */ (model.opened[item][column]);
      const label = [model.items[item].label, this.book.period(spot)].filter(Boolean).join(", ");
      return element("li", {}, element("button", { type: "button", class: "link", onclick: () => this.listeners.go(spot) }, shortened(label)), ` ${this.book.words(spot, was)} → ${this.book.words(spot)} `,
        element("button", { type: "button", "aria-label": `Undo: ${label}`, onclick: () => this.listeners.change([{ ...spot, value: was }]) }, "undo"));
    });
    const more = changes.length > 100 ? [element("p", { class: "aside" }, `and ${changes.length - 100} more`)] : [];
    const save = data.save ? [element("p", {}, element("button", { type: "button", onclick: () => this.save() }, "Save beside the file"), " ", this.saved)] : [];
    this.changes.replaceChildren(element("ul", { class: "changes" }, ...list), ...more, ...save,
      element("p", {}, element("button", { type: "button", onclick: () => download(overlayText(model, data.deal), `${data.deal}-overlay.yaml`) }, "Download overlay"), " for ",
        element("code", {}, `modelgen build ${data.deal} --with ${data.deal}-overlay.yaml`)));
  }
}

/** Hands a text to the person as a file. @param {string} text @param {string} name */
export function download(text, name) {
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([text], { type: "application/yaml" })) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
