// What was changed on the page, as an overlay that `modelgen build --with` takes (modelgen/roundtrip/pull.py).
import { valueWords } from "./typed.js";

/** @typedef {import("./model.js").Model} Model */

/** The overlay's YAML. @param {Model} model @param {string} deal @returns {string} */
export function overlayText(model, deal) {
  const changes = model.changes();
  const lines = [
    `# Changed on the page of the deal ${deal.replace(/\s+/g, " ")}.`,
    changes.length ? "assumptions:" : "assumptions: {}",
  ];
  /** @type {Map<number, number[]>} */
  const byItem = new Map();
  for (const { item, column } of changes) byItem.set(item, [...(byItem.get(item) ?? []), column]);
  for (const [place, columns] of byItem) {
    const item = model.items[place];
    const [, , kind, percent] = model.program.units[/** @type {string} */ (item.unit)];
    /** @param {number} column */
    const words = (column) => {
      const [now, was] = [model.values[place][column], model.opened[place][column]];
      return `${JSON.stringify(valueWords(now, kind, percent))}  # was ${valueWords(was, kind, percent)}`;
    };
    lines.push(`  ${item.leaf ?? item.id}:`);
    if (item.timeline === undefined) {
      lines.push(`    value: ${words(0)}`);
    } else {
      lines.push("    values:");
      const { ends } = model.program.timelines[item.timeline];
      for (const column of columns) lines.push(`      ${ends[column]}: ${words(column)}`);
    }
    lines.push("    status: judgement", '    basis: "Changed on the page"');
  }
  return lines.join("\n") + "\n";
}
