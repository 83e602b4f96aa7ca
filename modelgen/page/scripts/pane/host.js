// Excel as the pane needs it: all that it reads of the workbook and does to it goes through Office.js here.
import { NAMESPACE } from "./carried.js";

/** @typedef {import("./cells.js").WorkbookRead} WorkbookRead */
/** @typedef {import("./cells.js").Key} Key */
/** @typedef {{key: Key, value: number | null}} Write */

export class ExcelHost {
  /** The workbook as it stands: cells, names, and the text of the model it carries. @returns {Promise<WorkbookRead>} */
  read() {
    return Excel.run(async (context) => {
      const { workbook } = context, parts = workbook.customXmlParts.getByNamespace(NAMESPACE);
      parts.load("items/id");
      workbook.names.load("items/name,items/formula");
      workbook.worksheets.load("items/name");
      await context.sync();
      const xml = parts.items.length ? parts.items[0].getXml() : null, read = [];
      for (const sheet of workbook.worksheets.items) {
        const used = sheet.getUsedRangeOrNullObject(true);
        used.load("rowIndex,columnIndex,values,formulas");
        sheet.names.load("items/name,items/formula");
        // One sheet at a time: Excel on the web refuses answers of more than 5 MB.
        await context.sync();
        const { rowIndex: row, columnIndex: column, values, formulas } = used.isNullObject ? { rowIndex: 0, columnIndex: 0, values: [], formulas: [] } : used;
        read.push({ name: sheet.name, row, column, values, formulas, names: named(sheet.names.items) });
      }
      return { sheets: read, names: named(workbook.names.items), carried: xml === null ? null : textOf(xml.value) };
    });
  }

  /** Types values into cells, all together; null leaves a cell blank. @param {Write[]} writes */
  write(writes) {
    return Excel.run(async (context) => {
      for (const { key, value } of writes) {
        const cell = context.workbook.worksheets.getItem(key.sheet).getCell(key.row, key.column);
        cell.values = [[value === null ? "" : value]];
      }
      await context.sync();
    });
  }

  /** Selects a cell. @param {Key} key */
  select(key) {
    return Excel.run(async (context) => {
      const sheet = context.workbook.worksheets.getItem(key.sheet);
      sheet.activate();
      sheet.getCell(key.row, key.column).select();
      await context.sync();
    });
  }

  /** The cell that is selected. @returns {Promise<Key>} */
  selected() {
    return Excel.run(async (context) => {
      const cell = context.workbook.getActiveCell();
      cell.load("rowIndex,columnIndex");
      cell.worksheet.load("name");
      await context.sync();
      return { sheet: cell.worksheet.name, row: cell.rowIndex, column: cell.columnIndex };
    });
  }

  /** Calls back after the selection moves and after cells change. @param {() => void} moved @param {() => void} changed */
  follow(moved, changed) {
    return Excel.run(async (context) => {
      context.workbook.onSelectionChanged.add(async () => moved());
      context.workbook.worksheets.onChanged.add(async () => changed());
      await context.sync();
    });
  }
}

/** @param {{name: string, formula: any}[]} items @returns {Record<string, string>} */
const named = (items) => Object.fromEntries(items.map(({ name, formula }) => [name, String(formula)]));

/** The text of the part. @param {string} xml */
const textOf = (xml) => new DOMParser().parseFromString(xml, "application/xml").documentElement.textContent ?? "";
