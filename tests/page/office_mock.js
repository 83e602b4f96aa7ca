// Excel for tests, as much of it as the pane asks for: over a workbook read beforehand, without a calculation engine.
const book = window.workbookRead, handlers = { moved: [], changed: [] };
let active = { sheet: book.sheets[0].name, row: 0, column: 0 };
const ready = [];
const sheetOf = (name) => {
  const found = book.sheets.find((sheet) => sheet.name === name);
  if (!found) throw new Error(`ItemNotFound: ${name}`);
  return found;
};
/** A proxy whose properties may be read only once they are loaded and the context was synchronised, as in Excel. */
function loaded(read) {
  const asked = new Set();
  let synced = new Set();
  const own = { free: true, load: (names) => (names.split(",").forEach((name) => asked.add(name.split("/")[0])), ready.push(() => (synced = new Set(asked)))) };
  return new Proxy(own, {
    get(_, name) {
      if (name in own) return own[name];
      const value = read(name);
      if (typeof value === "function" || (value && value.free)) return value;
      if (!synced.has(name) && name !== "isNullObject") throw new Error(`PropertyNotLoaded: ${String(name)}`);
      return value;
    },
    set: (_, name, value) => (read(name, value), true),
  });
}
const named = (names) => loaded((name) => (name === "items" ? Object.entries(names).map(([key, formula]) => ({ name: key, formula })) : undefined));
const cell = (sheet, row, column) => {
  const worksheet = loaded((name) => (name === "name" ? sheet.name : undefined));
  return loaded((name, value) => {
    if (name === "worksheet") return worksheet;
    if (name === "rowIndex") return row;
    if (name === "columnIndex") return column;
    if (name === "select") return () => moveTo({ sheet: sheet.name, row, column });
    if (name === "values" && value) {
      sheet.values[row - sheet.row][column - sheet.column] = value[0][0];
      sheet.formulas[row - sheet.row][column - sheet.column] = value[0][0];
      handlers.changed.forEach((handler) => handler({ address: `${row},${column}` }));
    }
    return undefined;
  });
};
const worksheet = (sheet) => ({
  name: sheet.name, free: true, names: named(sheet.names), activate() {}, getCell: (row, column) => cell(sheet, row, column),
  getUsedRangeOrNullObject: () => loaded((name) => ({ isNullObject: sheet.values.length === 0, rowIndex: sheet.row, columnIndex: sheet.column, values: sheet.values, formulas: sheet.formulas })[name]),
});
function moveTo(key) {
  active = key;
  handlers.moved.forEach((handler) => handler({}));
}
const parts = (namespace) => loaded((name) => (name === "items" && namespace === "urn:modelgen:model" && book.carried
  ? [{ id: "{1}", getXml: () => ({ value: `<model xmlns="urn:modelgen:model">${book.carried.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</model>` }) }] : []));
const context = () => {
  const worksheets = loaded((name) => (name === "items" ? book.sheets.map(worksheet) : undefined));
  const sheets = new Proxy(worksheets, { get: (one, name) => ({ getItem: (key) => worksheet(sheetOf(key)), onChanged: { add: (handler) => handlers.changed.push(handler) } })[name] ?? one[name] });
  return {
    workbook: {
      customXmlParts: { getByNamespace: parts }, names: named(book.names), worksheets: sheets,
      getActiveCell: () => cell(sheetOf(active.sheet), active.row, active.column), onSelectionChanged: { add: (handler) => handlers.moved.push(handler) },
    },
    sync: async () => ready.splice(0).forEach((one) => one()),
  };
};
window.Excel = { run: (act) => act(context()) };
window.Office = { HostType: { Excel: "Excel" }, onReady: (act) => act({ host: "Excel" }) };
/** What a person does in Excel. */
window.person = {
  select: moveTo,
  selected: () => active,
  held: ({ sheet, row, column }) => sheetOf(sheet).values[row][column],
  type({ sheet, row, column }, value) {
    sheetOf(sheet).values[row][column] = sheetOf(sheet).formulas[row][column] = value;
    handlers.changed.forEach((handler) => handler({}));
  },
};
