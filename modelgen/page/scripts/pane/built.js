// What else of a workbook is no longer as it was built: totals, tables of record, the sheets' own areas, and formulas that
// were added. As modelgen/workbook/fingerprint has it: the tables' formulas are in the workbook's table of forms.
import { isoDay } from "../formats.js";
import { keyed } from "./cells.js";
import { content, inNames } from "./overtyped.js";

/** @typedef {import("./located.js").Located} Located */
/** @typedef {import("./cells.js").Area} Area */
/** @typedef {import("./cells.js").Key} Key */
/** @typedef {import("./overtyped.js").Overtyped} Overtyped */
/** @typedef {Map<string, Map<string, Set<string>>>} Forms the formulas of each table, by column */

const TOTALS = "row_totals", CHOICES = "choices", ASSUMED = "assumed", OF_SHEETS = "sheet";
const ALONG_PERIODS = ["period_ends", "period_flags", ...["ytd", "fy", "ltm"].flatMap((band) => [`${band}_ends`, `${band}_names`])];
const AREAS = [...ALONG_PERIODS, "status_cell", "case_cell", CHOICES, ASSUMED];
const NAME = /[\p{L}\p{N}_.]+/gu;

/** @param {Located} located @returns {Overtyped[]} */
export function changedElsewhere(located) {
  const forms = formsOf(located), totals = totalsOf(located);
  return [...oddTotals(located, totals), ...oddRecords(located, forms), ...oddAreas(located, forms), ...added(located, new Set(totals.map(({ key }) => keyed(key))))];
}

/** @param {Located} located @returns {Forms} */
function formsOf({ cells }) {
  const [tables, columns, formulas] = ["table", "column", "formula"].map((key) => cells.column(`modelgen.forms.${key}`).map(String));
  /** @type {Forms} */
  const found = new Map();
  tables.forEach((table, row) => {
    const keys = found.get(table) ?? new Map();
    found.set(table, keys.set(columns[row], (keys.get(columns[row]) ?? new Set()).add(formulas[row])));
  });
  return found;
}

/** The cells of the totals before the periods of rows. @param {Located} located @returns {{key: Key, id: string}[]} */
function totalsOf(located) {
  return located.data.items.flatMap(({ id }, place) => {
    const first = located.keys[place].find((key) => key !== null), area = first && located.cells.own(first.sheet, TOTALS);
    return first && area && located.map.get(id)?.total === 1 ? [{ key: { ...first, column: area.column }, id }] : [];
  });
}

/** @param {Located} located @param {{key: Key, id: string}[]} totals @returns {Overtyped[]} */
function oddTotals(located, totals) {
  return totals.flatMap(({ key, id }) => {
    const was = `=SUM(${id}[all])`, now = content(located, key);
    return now === was ? [] : [{ key, id, was, now }];
  });
}

/** A formula in names with the words `subject` and `period` for the row's own. @param {string} formula @param {string} subject @param {string} period */
function asForm(formula, subject, period) {
  if (!subject) return formula;
  const form = formula.replace(NAME, (name) => (name === subject ? "subject" : name));
  return period ? form.replaceAll(`subject@${period}`, "subject@period") : form;
}

/** @param {Located} located @param {Forms} forms @returns {Overtyped[]} */
function oddRecords(located, forms) {
  /** @type {Overtyped[]} */
  const found = [];
  for (const [table, columns] of forms) {
    if (table === OF_SHEETS) continue;
    const subjects = located.cells.column(`modelgen.${table}.${table === "figures" ? "line" : "id"}`).map((text) => String(text ?? ""));
    const ids = located.cells.column(`modelgen.${table}.id`).map((text) => String(text ?? "")), days = located.cells.column(`modelgen.${table}.period`);
    for (const [column, allowed] of columns) {
      const area = located.cells.names.get(`modelgen.${table}.${column}`);
      for (let row = area?.row ?? 0; area && row <= area.lastRow; row++) {
        const key = { sheet: area.sheet, row, column: area.column }, at = row - area.row, now = content(located, key);
        if (!allowed.has(asForm(now, subjects[at] ?? "", typeof days[at] === "number" ? isoDay(days[at]) : ""))) found.push({ key, id: ids[at] || column, was: [...allowed].sort().join(" or "), now });
      }
    }
  }
  return found;
}

/** @param {Located} located @param {Forms} forms @returns {Overtyped[]} */
function oddAreas(located, forms) {
  const { cells } = located, coded = new Set();
  for (const [id, row] of located.map) {
    const area = row.kind === "input" && row.codes ? cells.names.get(id) : undefined;
    if (area) coded.add(`${area.sheet} ${area.row}`);
  }
  /** @type {Overtyped[]} */
  const found = [];
  for (const [name, allowed] of forms.get(OF_SHEETS) ?? []) {
    for (const sheet of cells.sheets.keys()) {
      const header = cells.own(sheet, "period_ends");
      for (const key of keysOf(cells.own(sheet, name))) {
        if (ALONG_PERIODS.includes(name) && header !== null) {
          if (cells.value({ ...key, row: header.row }) === null) continue;
        } else if (name === CHOICES && !coded.has(`${sheet} ${key.row}`)) continue;
        else if (name === ASSUMED && cells.formula(key) === null) continue; // the value of a row of inputs, in words
        const now = content(located, key);
        if (!allowed.has(now)) found.push({ key, id: name, was: [...allowed].sort().join(" or "), now });
      }
    }
  }
  return found;
}

/** The formulas that belong to no line, table or area of a sheet. @param {Located} located @param {Set<string>} totals @returns {Overtyped[]} */
function added(located, totals) {
  const { cells } = located, own = new Set([...totals, ...located.spots.keys(), ...located.tabled.keys()]);
  const areas = [...cells.sheets.keys()].flatMap((sheet) => AREAS.map((name) => cells.own(sheet, name)));
  const rows = [...located.map.keys()].map((id) => cells.names.get(id) ?? null);
  for (const area of [...areas, ...rows]) for (const key of keysOf(area)) own.add(keyed(key));
  /** @type {Overtyped[]} */
  const found = [];
  for (const { name, row, column, formulas } of cells.sheets.values()) {
    formulas.forEach((line, down) => line.forEach((_, right) => {
      const key = { sheet: name, row: row + down, column: column + right };
      if (cells.formula(key) !== null && !own.has(keyed(key))) found.push({ key, id: "", was: "", now: inNames(located, key) });
    }));
  }
  return found;
}

/** @param {Area | null} area @returns {Key[]} */
function keysOf(area) {
  /** @type {Key[]} */
  const found = [];
  for (let row = area?.row ?? 0; area && row <= area.lastRow; row++) for (let column = area.column; column <= area.lastColumn; column++) found.push({ sheet: area.sheet, row, column });
  return found;
}
