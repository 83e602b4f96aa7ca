// The host module of the task pane against Microsoft's own mock of Office.js, which refuses what was not loaded and synchronised.
// usage: node host.mjs; prints what was found as JSON. Asks for office-addin-mock on NODE_PATH.
import { createRequire } from "node:module";
import { ExcelHost } from "../../modelgen/page/scripts/pane/host.js";

const { OfficeMockObject } = createRequire(import.meta.url)("office-addin-mock");
globalThis.DOMParser = class {
  parseFromString(text) {
    return { documentElement: { textContent: text.replace(/<[^>]*>/g, "") } };
  }
};
const found = {};
/** A collection: the mock knows no load of "items/name", which loads that of every item. */
const collection = (items, rest = {}) => ({ items, load() { return OfficeMockObject.prototype.load.call(this, "items"); }, ...rest });
const cell = { rowIndex: 3, columnIndex: 2, values: [[1]], worksheet: { name: "Terms" }, select() { found.selected = true; } };
const sheet = new OfficeMockObject({
  names: collection([{ name: "period_ends", formula: "=Terms!$D$5:$F$5" }]), cell, activate() { found.activated = true; },
  range: { rowIndex: 0, columnIndex: 1, values: [["a", 2]], formulas: [["a", "=1+1"]] },
  getUsedRangeOrNullObject() { return this.range; },
  getCell(row, column) { found.cell = [row, column]; return this.cell; },
}, "excel");
// A property of a collection's item, which its load has loaded.
Object.defineProperty(sheet, "name", { value: "Terms" });
const part = { id: "{1}", getXml: () => ({ value: '<model xmlns="urn:modelgen:model">{"version":1}</model>' }) };
const mock = new OfficeMockObject({
  context: {
    workbook: {
      customXmlParts: { parts: collection([part]), getByNamespace(name) { found.namespace = name; return this.parts; } },
      names: collection([{ name: "net_sales", formula: "=Terms!$B$1" }]), cell,
      worksheets: collection([sheet], { getItem(name) { found.sheet = name; return sheet; }, onChanged: { add: (act) => (found.changed = typeof act) } }),
      getActiveCell() { return this.cell; }, onSelectionChanged: { add: (act) => (found.moved = typeof act) },
    },
    // The mock synchronises what hangs on the context; a sheet of a collection does not.
    async sync() { await sheet.sync(); await OfficeMockObject.prototype.sync.call(this); },
  },
  run: async function (act) { return act(this.context); },
}, "excel");
globalThis.Excel = mock;
const host = new ExcelHost();
found.read = await host.read();
found.active = await host.selected();
await host.follow(() => {}, () => {});
await host.select({ sheet: "Terms", row: 3, column: 2 });
await host.write([{ key: { sheet: "Terms", row: 3, column: 2 }, value: 0.065 }]);
found.held = sheet.cell.values;
console.log(JSON.stringify(found));
