// The source documents, line by line, with the numerals marked that figures were read from. Where the text of a
// source is not in the page, its figures stand in its place.
import { element, shortened } from "./elements.js";

/** @typedef {import("./book.js").Book} Book */

const BLOCK = 100;

export class Documents {
  /** @param {Book} book @param {(figure: number) => void} chosen called when a marked numeral is chosen */
  constructor(book, chosen) {
    this.book = book;
    this.chosen = chosen;
    this.source = -1;
    /** @type {Map<string, HTMLElement>} the lines of the source shown */
    this.lines = new Map();
    const { sources } = book.data;
    const options = sources.map(({ title }, number) => element("option", { value: number }, shortened(title)));
    this.choice = element("select", { "aria-label": "Source", onchange: () => this.open(Number(this.choice.value)) }, ...options);
    this.about = element("p", { class: "aside" });
    this.text = element("div", { class: "text", tabindex: 0, role: "document", "aria-label": "Source document" });
    this.node = element("section", { class: "document", "aria-label": "Source" }, element("div", { class: "bar" }, this.choice), this.about, this.text);
  }

  /** Shows a source. @param {number} source */
  open(source) {
    if (source === this.source || source < 0) return;
    this.source = source;
    this.choice.value = String(source);
    const { id, publisher, date, lines } = this.book.data.sources[source];
    this.about.textContent = `${shortened(publisher)}, ${date}` + (lines ? "" : ": its text is not in this page; these are its figures and their places");
    this.lines.clear();
    const nodes = (lines ?? this.listed(id)).map(([place, text, marks]) => this.line(place, text, marks));
    const blocks = [];
    for (let at = 0; at < nodes.length; at += BLOCK) blocks.push(element("div", { class: "block" }, ...nodes.slice(at, at + BLOCK)));
    this.text.replaceChildren(...blocks);
    this.text.classList.toggle("listed", lines === null);
    this.text.classList.toggle("columns", lines !== null && isInColumns(lines.map(([, text]) => text)));
  }

  /** The figures of a source as lines, in the order of their places. @param {string} id @returns {[string, string, number[][]][]} */
  listed(id) {
    /** @type {[string, string, number[][]][]} */
    const found = [];
    this.book.data.proof.figures.forEach(({ source, place, printed, line, column }, number) => {
      if (source !== id) return;
      const spot = { item: line, column };
      const words = [this.book.model.items[line].label, this.book.period(spot)].filter(Boolean).join(", ");
      found.push([place, `${printed}  ${words}`, [[0, printed.length, number]]]);
    });
    return found;
  }

  /** @param {string} place @param {string} text @param {number[][]} marks first character, length, figure */
  line(place, text, marks) {
    const content = element("span", { class: "words" });
    let end = 0;
    marks.forEach(([start, length, figure]) => {
      if (start < end) {
        // Several lines of the model tie to one numeral: the mark that is there stands for all.
        const last = content.lastElementChild;
        last?.setAttribute("data-figures", `${last.getAttribute("data-figures")} ${figure}`);
        return;
      }
      if (start > end) content.append(shortened(text.slice(end, start)));
      content.append(this.mark(text.slice(start, start + length), figure));
      end = start + length;
    });
    content.append(shortened(text.slice(end)));
    const node = element("div", { class: "line" }, element("span", { class: "place" }, place), content);
    // One place may be listed several times: its first line stands for it.
    if (!this.lines.has(place)) this.lines.set(place, node);
    return node;
  }

  /** @param {string} printed @param {number} figure */
  mark(printed, figure) {
    const { line, column } = this.book.data.proof.figures[figure];
    const label = [this.book.model.items[line].label, this.book.period({ item: line, column })].filter(Boolean).join(", ");
    const chosen = () => this.chosen(figure);
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      chosen();
    };
    return element("mark", { role: "button", tabindex: -1, title: label, "data-figures": figure, onclick: chosen, onkeydown: key }, printed);
  }

  /** Shows the line of a figure with its numeral marked; whether it is there. @param {number} figure */
  show(figure) {
    const { source, place } = this.book.data.proof.figures[figure];
    this.open(this.book.data.sources.findIndex(({ id }) => id === source));
    for (const node of this.text.querySelectorAll(".at, .now")) {
      node.classList.remove("at", "now");
      if (node.localName === "mark") node.setAttribute("tabindex", "-1");
    }
    const mark = [...this.text.querySelectorAll("mark")].find((one) => (one.getAttribute("data-figures") ?? "").split(" ").includes(String(figure)));
    const line = mark?.closest(".line") ?? this.lines.get(place);
    if (!line) return false;
    line.classList.add("at");
    mark?.classList.add("now");
    mark?.setAttribute("tabindex", "0"); // the numeral is the next stop of Tab after the document
    const seen = () => (mark ?? line).scrollIntoView({ block: "center", inline: "nearest" });
    seen();
    // Lines above that had not been laid out yet have moved it.
    requestAnimationFrame(seen);
    return true;
  }
}

/** Whether a text is set in columns of letters of one width: short lines, with gaps in them. @param {string[]} lines */
function isInColumns(lines) {
  const long = lines.filter((text) => text.length > 132).length, gaps = lines.filter((text) => /\S {3,}\S/.test(text)).length;
  return long <= lines.length / 100 && gaps >= lines.length / 20;
}
