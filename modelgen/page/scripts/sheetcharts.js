// The charts of a sheet, below its rows: drawn when they come into view, and anew when their values have changed.
import { lines, stacked } from "./charts.js";
import { element } from "./elements.js";
import { shortMonth } from "./formats.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("./book.js").Chart} Chart */

export class SheetCharts {
  /** @param {Book} book */
  constructor(book) {
    this.book = book;
    this.node = element("div", { class: "charts" });
    /** @type {string[]} what each chart was drawn from */
    this.keys = [];
    /** Whether what stands here may be out of date, since it was out of view. */
    this.waits = false;
  }

  /** Shows the charts of a sheet as its values are. @param {number} sheet @param {boolean} inView */
  draw(sheet, inView) {
    const { charts } = this.book.data.sheets[sheet];
    this.waits = !inView && this.node.childElementCount === charts.length;
    if (this.waits) return;
    charts.forEach((chart, place) => {
      const drawn = this.node.children[place], data = this.charted(chart), key = `${sheet} ${JSON.stringify(data)}`;
      if (drawn !== undefined && this.keys[place] === key) return;
      this.keys[place] = key;
      const { labels, series } = data, frame = { title: chart.title, unit: chart.unit, labels, digits: chart.multiple || chart.percent ? 1 : 0, percent: chart.percent };
      const made = chart.kind === "stacked" ? stacked(frame, series) : lines(frame, series);
      if (drawn === undefined) this.node.append(made);
      else drawn.replaceWith(made);
    });
    while (this.node.children.length > charts.length) this.node.lastElementChild?.remove();
  }

  /** The labels and the series of a chart, over the periods in which it has a number. @param {Chart} chart */
  charted(chart) {
    const values = this.book.model.values, timeline = this.book.model.items[chart.series[0].item].timeline ?? 0;
    const { ends, before } = this.book.model.program.timelines[timeline];
    const number = (/** @type {import("./values.js").Value} */ value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
    const columns = ends.map((_, column) => column).slice(before).filter((column) => chart.series.some(({ item }) => number(values[item][column]) !== null));
    const labels = columns.map((column) => (chart.labels === null ? shortMonth(ends[column]) : String(values[chart.labels][column])));
    return { labels, series: chart.series.map(({ name, item }) => ({ name, values: columns.map((column) => number(values[item][column])) })) };
  }
}
