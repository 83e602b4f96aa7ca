// A sheet as a grid: only the rows and columns in view are elements, so that a large sheet scrolls as a small one.
import { element, shortened } from "./elements.js";
import { LEFT_ROLES, TALL, boundaryOf, isPending, lookOf } from "./looks.js";
import { MOST_GAP, drawPaper, gapAbove } from "./paper.js";
import { SheetCharts } from "./sheetcharts.js";
import { typeInto } from "./typing.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("./book.js").Cell} Cell */
/** @typedef {import("./book.js").Place} Place */
/** @typedef {{cell: Cell, node: HTMLElement, shown: string, look: string}} Drawn */
/** @typedef {{selected: (place: Place, cell: Cell) => void, opened: (place: Place, cell: Cell) => void, edited: (cell: Cell, text: string) => string}} Listeners */

const AHEAD = 400, BLOCK = 12, NARROW = 700, NARROW_LABEL = 150, NARROW_ROW = 32, WIDE = 200, LEAST_HEADLINE = 320;

export class Grid {
  /** @param {Book} book @param {Listeners} listeners */
  constructor(book, listeners) {
    this.book = book;
    this.listeners = listeners;
    this.sheet = 0;
    /** @type {Place} */
    this.active = { sheet: 0, row: 0, column: 0 };
    /** @type {Map<number, {node: HTMLElement, cells: Drawn[]}>} */
    this.drawn = new Map();
    this.above = element("div", { class: "above", role: "presentation" });
    this.head = element("div", { class: "head", role: "presentation" });
    this.body = element("div", { class: "body", role: "presentation" });
    this.charts = new SheetCharts(book);
    this.paper = element("div", { class: "paper" });
    this.table = element("div", { role: "grid", tabindex: 0, onkeydown: (event) => this.key(event) }, this.above, this.head, this.body);
    this.node = element("div", { class: "grid", onscroll: () => this.scrolled() }, this.table, this.paper, this.charts.node);
    this.table.addEventListener("click", (event) => this.clicked(event));
    this.table.addEventListener("dblclick", (event) => {
      if (this.placeOf(event.target)) this.edit(null);
    });
    this.table.addEventListener("focus", () => {
      this.chosen = true;
      this.marked();
    });
    /** The first and the last column that are drawn. @type {[number, number]} */
    this.range = [0, 0];
    /** The rows that hold something, and where rows and columns begin. @type {number[]} */
    this.rows = [];
    /** @type {number[]} */
    this.tops = [];
    /** @type {number[]} */
    this.lefts = [];
    /** @type {number[]} */
    this.widths = [];
    /** The first row of the head, which stays in view, that of the body, and the columns that stay in view. */
    this.headFrom = this.start = this.frozen = 0;
    this.boundary = -1;
    /** Where the sheet was scrolled to before it was printed. @type {[number, number]} */
    this.seen = [0, 0];
    this.narrow = false;
    this.chosen = this.waiting = false;
    this.printing = false;
  }

  get data() {
    return this.book.data.sheets[this.sheet];
  }

  /** Shows a sheet from its top. @param {number} sheet */
  show(sheet) {
    this.sheet = sheet;
    this.measure();
    this.node.scrollTop = this.node.scrollLeft = 0;
    this.table.setAttribute("aria-label", `${this.data.name}: ${this.data.title}`);
    this.chosen = false;
    const first = this.rows.find((row) => row >= this.start) ?? this.rows[0] ?? 0;
    const cell = this.book.cells(sheet, first)[0];
    this.active = { sheet, row: first, column: cell?.column ?? 0 };
    this.redraw();
    this.drawCharts();
  }

  /** Lays out rows and columns for the width of the window. */
  measure() {
    const sheet = this.data, narrow = window.innerWidth < NARROW;
    this.rows = sheet.rows.map(([row]) => row);
    const last = this.rows.length ? this.rows[this.rows.length - 1] : 0;
    const head = this.rows.find((row) => this.book.cells(this.sheet, row).some(({ role }) => /^(header|column_head)/.test(role)));
    this.start = Math.max(0, ...this.rows.filter((row) => row < sheet.freeze[0]).map((row) => row + 1));
    this.headFrom = Math.min(head ?? this.start, this.start);
    this.frozen = narrow ? Math.min(1, sheet.freeze[1]) : sheet.freeze[1];
    this.narrow = narrow;
    this.widths = sheet.widths.map((width, column) => (narrow && column === 0 ? Math.min(width, NARROW_LABEL) : width));
    this.lefts = [0];
    for (const width of this.widths) this.lefts.push(this.lefts[this.lefts.length - 1] + width);
    this.tops = [0];
    for (let row = 0; row <= last; row++) this.tops.push(this.tops[row] + this.heightOf(row));
    this.table.setAttribute("aria-rowcount", String(last + 1));
    this.table.setAttribute("aria-colcount", String(this.widths.length));
  }

  /** @param {number} row */
  heightOf(row) {
    const sheet = this.data, tall = TALL[this.book.cells(this.sheet, row)[0]?.role] ?? 0;
    return Math.max(this.narrow ? NARROW_ROW : sheet.height, tall, sheet.heights[row] ?? 0);
  }

  /** Draws everything in view anew. */
  redraw() {
    const { tops, lefts, start, headFrom } = this, width = `${lefts[lefts.length - 1]}px`;
    this.drawn.clear();
    for (const node of [this.above, this.head, this.body]) {
      node.replaceChildren();
      node.style.width = width;
    }
    this.range = this.columnsInView();
    this.boundary = boundaryOf(this);
    this.above.style.height = `${tops[headFrom]}px`;
    this.head.style.height = `${tops[start] - tops[headFrom]}px`;
    this.body.style.height = `${tops[tops.length - 1] - tops[start]}px`;
    for (const row of this.rows) {
      if (row < headFrom) this.draw(row, this.above, 0);
      else if (row < start) this.draw(row, this.head, tops[headFrom]);
    }
    this.fill();
    this.marked();
  }

  scrolled() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.charts.waits) this.drawCharts();
      const [first, last] = this.columnsInView();
      if (first !== this.range[0] || last !== this.range[1]) this.redraw();
      else this.fill();
    });
  }

  /** The first and the last column in view, in blocks, so that few scrolls change them. @returns {[number, number]} */
  columnsInView() {
    const left = this.node.scrollLeft, right = left + this.node.clientWidth;
    let first = this.lefts.findIndex((at) => at > left) - 1, last = this.lefts.findIndex((at) => at >= right);
    if (last < 0) last = this.widths.length;
    first = Math.max(0, Math.floor(first / BLOCK) * BLOCK - BLOCK);
    return [first, Math.min(this.widths.length, (Math.ceil(last / BLOCK) + 1) * BLOCK)];
  }

  /** Draws the rows of the body that have come into view, and drops those that have left it. */
  fill() {
    const { tops, start } = this;
    const from = this.node.scrollTop - AHEAD, until = from + this.node.clientHeight + 2 * AHEAD;
    const seen = (/** @type {number} */ row) => tops[row + 1] >= from && tops[row] <= until;
    for (const [row, { node }] of this.drawn) {
      if (row >= start && !seen(row)) {
        node.remove();
        this.drawn.delete(row);
      }
    }
    for (let at = firstAtLeast(this.rows, start); at < this.rows.length; at++) {
      const row = this.rows[at];
      if (seen(row) && !this.drawn.has(row)) this.draw(row, this.body, tops[start]);
      else if (tops[row] > until) break;
    }
  }

  /** @param {number} row @param {HTMLElement} host @param {number} above */
  draw(row, host, above) {
    const cells = this.book.cells(this.sheet, row), [from, to] = this.range;
    const node = element("div", { class: "row", role: "row", "aria-rowindex": row + 1 });
    node.style.top = `${this.tops[row] - above}px`;
    node.style.height = `${this.heightOf(row)}px`;
    if (this.printing) node.style.marginTop = `${Math.min(MOST_GAP, gapAbove(this, row))}px`;
    else node.style.width = `${this.lefts[this.lefts.length - 1]}px`;
    // On paper the columns of a page begin beside its labels.
    const { lefts, frozen } = this, shift = this.printing && from > frozen ? lefts[from] - lefts[frozen] : 0;
    const edge = this.printing ? lefts[Math.max(to, frozen)] - shift : Infinity;
    /** @type {Drawn[]} */
    const kept = [];
    let end = 0;
    cells.forEach((cell, place) => {
      const { column } = cell, own = lefts[column + 1] - lefts[column];
      const flows = (cell.text !== undefined || (cell.own !== undefined && LEFT_ROLES.has(cell.role))) && !cell.wrapped;
      const next = flows ? cells[place + 1]?.column ?? this.widths.length : column + 1;
      // A text may reach into view from a column that is out of it.
      const isOut = column >= to || (column < from && (this.printing || lefts[next] <= lefts[from]));
      if (column >= frozen && isOut) return;
      const start = lefts[column] - (column >= frozen ? shift : 0);
      // What stays in view is no wider than the view: it could not stay there.
      const widest = column < frozen && !this.printing ? this.node.clientWidth : edge - start;
      const room = this.node.clientWidth - start;
      // A headline is wrapped at the edge of the view, to be read without scrolling, unless that leaves it too little.
      const width = cell.role === "headline" && !this.printing && room > LEAST_HEADLINE ? Math.min(own, room) : Math.max(own, Math.min(lefts[next] - lefts[column], widest));
      const covered = Math.min(start, lefts[frozen]);
      if (!this.printing && end < covered) {
        node.append(this.cover(end, covered));
        end = covered;
      }
      const found = this.drawCell(cell, start - end, width);
      end = start + width;
      node.append(found.node);
      kept.push(found);
    });
    host.append(node);
    this.drawn.set(row, { node, cells: kept });
  }

  /** Blank ground beside the labels, under which what scrolls goes. @param {number} from @param {number} to */
  cover(from, to) {
    const node = element("div", { class: "cell fixed", role: "presentation" });
    node.style.left = `${from}px`;
    node.style.width = `${to - from}px`;
    return node;
  }

  /** @param {Cell} cell @param {number} gap @param {number} width @returns {Drawn} */
  drawCell(cell, gap, width) {
    const { row, column } = cell;
    const role = row < this.start && row >= this.headFrom ? "columnheader" : column === 0 ? "rowheader" : "gridcell";
    const node = element("div", { id: `c${row}-${column}`, role, "aria-colindex": column + 1, "aria-readonly": cell.editable ? "false" : null });
    node.style.width = `${width}px`;
    if (gap) node.style.marginLeft = `${gap}px`;
    if (column < this.frozen) node.style.left = `${this.lefts[column]}px`;
    const found = { cell, node, shown: "", look: "" };
    this.paintCell(found);
    return found;
  }

  /** Shows the values as they are now. */
  paint() {
    this.boundary = boundaryOf(this);
    for (const { cells } of this.drawn.values()) for (const one of cells) this.paintCell(one);
    this.drawCharts();
  }

  /** @param {Drawn} one */
  paintCell(one) {
    const { cell, node } = one, value = this.book.value(cell);
    const shown = shortened(isPending(this, cell, value) ? "" : this.book.shown(cell)), look = lookOf(this, cell, value);
    if (shown !== one.shown) {
      node.textContent = one.shown = shown;
      if (cell.item !== undefined && typeof value === "number") node.title = this.title(cell);
    }
    if (look !== one.look) node.className = one.look = look;
  }

  /** @param {Cell} cell */
  title(cell) {
    const spot = /** @type {import("./model.js").Spot} */ (this.book.spot(cell));
    return [this.book.model.items[spot.item].label, this.book.period(spot), this.book.words(spot)].filter(Boolean).join(", ");
  }

  /** Makes a cell the active one, and brings it into view. @param {Place} place @param {boolean} [centred] */
  go(place, centred = false) {
    if (place.sheet !== this.sheet) this.show(place.sheet);
    this.chosen = true;
    this.active = place;
    const { tops, lefts, node } = this, { row, column } = place;
    if (row >= this.start) {
      const top = tops[row] - (tops[this.start] - tops[this.headFrom]), bottom = tops[row + 1] - node.clientHeight + 4;
      if (top < node.scrollTop || bottom > node.scrollTop) {
        node.scrollTop = centred ? tops[row] - node.clientHeight / 2 : top < node.scrollTop ? top : bottom;
      }
    } else node.scrollTop = 0;
    const fixed = lefts[this.frozen];
    if (column >= this.frozen) {
      if (lefts[column] - fixed < node.scrollLeft) node.scrollLeft = lefts[column] - fixed;
      else {
        // Of a wide column, its beginning is enough.
        const right = Math.min(lefts[column + 1], lefts[column] + WIDE);
        if (right > node.scrollLeft + node.clientWidth) node.scrollLeft = Math.min(right - node.clientWidth + 4, lefts[column] - fixed);
      }
    }
    const [first, last] = this.columnsInView();
    if (first !== this.range[0] || last !== this.range[1]) this.redraw();
    else this.fill();
    this.marked();
  }

  /** Marks the active cell. */
  marked() {
    const before = this.node.querySelector(".active");
    before?.classList.remove("active");
    before?.removeAttribute("aria-selected");
    const id = `c${this.active.row}-${this.active.column}`, node = document.getElementById(id);
    if (node === null || !this.chosen) return this.table.removeAttribute("aria-activedescendant");
    node.classList.add("active");
    node.setAttribute("aria-selected", "true");
    this.table.setAttribute("aria-activedescendant", id);
  }

  /** The place of the cell that an element is in. @param {EventTarget | null} target @returns {Place | null} */
  placeOf(target) {
    const node = target instanceof Element ? target.closest("[id^=c]") : null;
    const found = node && this.node.contains(node) ? /^c(\d+)-(\d+)$/.exec(node.id) : null;
    return found ? { sheet: this.sheet, row: Number(found[1]), column: Number(found[2]) } : null;
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const place = this.placeOf(event.target), cell = place && this.book.cell(place);
    if (!place || !cell || (event.target instanceof Element && event.target.closest("input, select"))) return;
    // On a narrow screen the source lies over the sheet: a second touch of a number brings it up.
    const again = this.narrow && this.chosen && this.active.row === place.row && this.active.column === place.column;
    this.active = place;
    this.chosen = true;
    this.marked();
    if (again && cell.editable) this.edit(null);
    else if (again || cell.target) this.listeners.opened(place, cell);
    else this.listeners.selected(place, cell);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target !== this.table || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowLeft: () => this.beside(-1), ArrowRight: () => this.beside(1), ArrowUp: () => this.below(-1), ArrowDown: () => this.below(1),
      PageUp: () => this.below(-20), PageDown: () => this.below(20), Home: () => this.beside(-Infinity), End: () => this.beside(Infinity),
      F2: () => this.edit(null), Delete: () => this.edit(""),
      Enter: () => {
        const cell = this.book.cell(this.active);
        if (cell?.editable) this.edit(null);
        else if (cell) this.listeners.opened(this.active, cell);
      },
    };
    const move = moves[event.key];
    if (move && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      move();
    } else if (event.key.length === 1 && /[\d(.+-]/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      if (this.book.cell(this.active)?.editable) {
        event.preventDefault();
        this.edit(event.key);
      }
    }
  }

  /** Moves along the row to the next cell that holds something. @param {number} step */
  beside(step) {
    const cells = this.book.cells(this.sheet, this.active.row);
    const at = cells.findIndex(({ column }) => column === this.active.column);
    const to = cells[Math.max(0, Math.min(cells.length - 1, at + step))];
    if (to) this.moved(to);
  }

  /** Moves by rows to the cell nearest to the column. @param {number} step */
  below(step) {
    const at = this.rows.indexOf(this.active.row);
    const row = this.rows[Math.max(0, Math.min(this.rows.length - 1, at + step))];
    const cells = this.book.cells(this.sheet, row), near = (/** @type {Cell} */ cell) => Math.abs(cell.column - this.active.column);
    const to = cells.reduce((best, cell) => (near(cell) < near(best) ? cell : best), cells[0]);
    if (to) this.moved(to);
  }

  /** @param {Cell} cell */
  moved(cell) {
    const place = { sheet: this.sheet, row: cell.row, column: cell.column };
    this.go(place);
    this.listeners.selected(place, cell);
  }

  /** Draws the whole sheet for paper, or again what is in view. @param {boolean} printing */
  print(printing) {
    if (printing && !this.printing) this.seen = [this.node.scrollTop, this.node.scrollLeft];
    this.printing = printing;
    this.node.classList.toggle("printing", printing);
    this.paper.replaceChildren();
    if (!printing) {
      this.redraw();
      [this.node.scrollTop, this.node.scrollLeft] = this.seen;
      return;
    }
    for (const node of [this.above, this.head, this.body]) node.replaceChildren();
    drawPaper(this);
    this.drawCharts();
  }

  /** Draws the charts, once they are in view: they stand below all rows. */
  drawCharts() {
    const { scrollTop, clientHeight } = this.node;
    this.charts.draw(this.sheet, this.printing || this.tops[this.tops.length - 1] < scrollTop + clientHeight + AHEAD);
  }

  /** Opens the active cell for typing, if it is an input. @param {string | null} text null: its value */
  edit(text) {
    typeInto(this, text);
  }

  /** Gives the sheet the keys. */
  focus() {
    this.table.focus({ preventScroll: true });
  }
}

/** The place of the first number that is not less than a bound, in numbers in order. @param {number[]} numbers @param {number} bound */
function firstAtLeast(numbers, bound) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
