// Charts as drawings in the page: lines, stacked columns, and the fan of many paths.
import { drawn, element } from "./elements.js";

/** @typedef {{name: string, values: (number | null)[]}} Series */
/** @typedef {{title: string, unit: string, labels: string[], digits: number, percent?: boolean}} Frame */

const WIDTH = 550, HEIGHT = 250, LEFT = 62, RIGHT = 14, TOP = 12, BOTTOM = 46, MOST_DOTS = 24;

/** The ends and the step of an axis that holds some values. @param {number} least @param {number} most */
export function axis(least, most) {
  if (!(most > least)) [least, most] = least === 0 ? [0, 1] : [Math.min(0, least), Math.max(0, most)];
  const rough = (most - least) / 5, power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  return { least: Math.floor(least / step) * step, most: Math.ceil(most / step) * step, step };
}

/** A frame with its axes; `x` and `y` place a period and a value. @param {Frame} frame @param {number} least @param {number} most */
function framed(frame, least, most) {
  const scale = axis(least, most), count = frame.labels.length;
  const room = WIDTH - LEFT - RIGHT, height = HEIGHT - TOP - BOTTOM;
  const x = (/** @type {number} */ column) => LEFT + ((column + 0.5) / count) * room;
  const y = (/** @type {number} */ value) => TOP + ((scale.most - value) / (scale.most - scale.least)) * height;
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${frame.title}, ${frame.unit}` });
  const shown = (/** @type {number} */ value) =>
    (frame.percent ? value * 100 : value).toLocaleString("en", { minimumFractionDigits: frame.digits, maximumFractionDigits: frame.digits }) + (frame.percent ? "%" : "");
  for (let value = scale.least; value <= scale.most + scale.step / 2; value += scale.step) {
    const at = y(value);
    svg.append(drawn("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, class: Math.abs(value) < scale.step / 1e6 ? "zero" : "rule" }));
    svg.append(drawn("text", { x: LEFT - 6, y: at + 4, class: "tick end" }, shown(Math.abs(value) < scale.step / 1e6 ? 0 : value)));
  }
  const every = Math.ceil(count / 12);
  frame.labels.forEach((label, column) => {
    if (column % every) return;
    const at = x(column), below = HEIGHT - BOTTOM + 12;
    svg.append(drawn("text", { x: at, y: below, class: "tick end", transform: `rotate(-40 ${at} ${below})` }, label));
  });
  return { svg, x, y, width: room / count, shown };
}

/** @param {Frame} frame @param {Node} svg @param {string[]} names @param {string} [classes] */
function captioned(frame, svg, names, classes = "c") {
  const legend = element("ul", { class: "legend" }, ...names.map((name, place) => element("li", { class: `${classes}${place % 6}` }, name)));
  return element("figure", {}, element("figcaption", {}, element("strong", {}, frame.title), ` ${frame.unit}`), svg, legend);
}

/** Lines. A period without a number breaks a line. @param {Frame} frame @param {Series[]} series */
export function lines(frame, series) {
  const numbers = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const { svg, x, y, shown } = framed(frame, Math.min(...numbers, Infinity), Math.max(...numbers, -Infinity));
  series.forEach(({ name, values }, place) => {
    let path = "", pen = "M";
    values.forEach((value, column) => {
      if (value === null) pen = "M";
      else {
        path += `${pen}${x(column).toFixed(1)} ${y(value).toFixed(1)}`;
        pen = "L";
      }
    });
    svg.append(drawn("path", { d: path, class: `line c${place % 6}` }, drawn("title", {}, name)));
    if (values.length > MOST_DOTS) return;
    values.forEach((value, column) => {
      if (value === null) return;
      const tip = drawn("title", {}, `${name}, ${frame.labels[column]}: ${shown(value)}`);
      svg.append(drawn("circle", { cx: x(column), cy: y(value), r: 2.4, class: `dot c${place % 6}` }, tip));
    });
  });
  return captioned(frame, svg, series.map(({ name }) => name));
}

/** Columns, stacked up and down from zero. @param {Frame} frame @param {Series[]} series */
export function stacked(frame, series) {
  const sums = frame.labels.map((_, column) => {
    const values = series.map((one) => one.values[column] ?? 0);
    const sum = (/** @type {number} */ sign) => values.reduce((all, value) => all + (value * sign > 0 ? value : 0), 0);
    return [sum(-1), sum(1)];
  });
  const { svg, x, y, width, shown } = framed(frame, Math.min(0, ...sums.map(([low]) => low)), Math.max(0, ...sums.map(([, high]) => high)));
  frame.labels.forEach((label, column) => {
    let low = 0, high = 0;
    series.forEach(({ name, values }, place) => {
      const value = values[column] ?? 0;
      if (!value) return;
      const from = value > 0 ? high : low, to = from + value;
      if (value > 0) high = to;
      else low = to;
      const tip = drawn("title", {}, `${name}, ${label}: ${shown(value)}`);
      const top = y(Math.max(from, to)), height = Math.abs(y(from) - y(to));
      svg.append(drawn("rect", { x: x(column) - width * 0.36, width: width * 0.72, y: top, height, class: `bar c${place % 6}` }, tip));
    });
  });
  return captioned(frame, svg, series.map(({ name }) => name));
}

/** The fan of many paths: bands between quantiles, the median, and the model as it stands. */
/** @param {Frame} frame @param {number[][]} quantiles 5, 25, 50, 75 and 95% by period @param {(number | null)[]} base */
export function fan(frame, quantiles, base) {
  const [low, lower, middle, upper, high] = quantiles;
  const numbers = [...low, ...high, ...base].filter((value) => value !== null && Number.isFinite(value)).map(Number);
  const { svg, x, y } = framed(frame, Math.min(...numbers), Math.max(...numbers));
  const line = (/** @type {(number | null)[]} */ values, /** @type {string} */ pen) =>
    values.map((value, column) => (value === null || !Number.isFinite(value) ? "" : `${column ? "L" : pen}${x(column).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
  const band = (/** @type {number[]} */ under, /** @type {number[]} */ over) =>
    `${line(over, "M")}${under.map((value, column) => [value, column]).reverse().map(([value, column]) => `L${x(column).toFixed(1)} ${y(value).toFixed(1)}`).join("")}Z`;
  svg.append(drawn("path", { d: band(low, high), class: "band f0" }), drawn("path", { d: band(lower, upper), class: "band f1" }));
  svg.append(drawn("path", { d: line(middle, "M"), class: "line f2" }), drawn("path", { d: line(base, "M"), class: "line f3" }));
  return captioned(frame, svg, ["5% to 95%", "25% to 75%", "Median", "As it stands"], "f");
}
