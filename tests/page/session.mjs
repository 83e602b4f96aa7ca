// What the task pane finds in a workbook as read, in node: nothing overtyped, lost or apart in one that was just built.
// usage: node session.mjs WORKBOOK.json [ID VALUE]; with an id, its last cell is typed over first. Prints JSON
import { readFileSync } from "node:fs";
import { Session } from "../../modelgen/page/scripts/pane/session.js";

const [, , path, id, value] = process.argv;
const read = JSON.parse(readFileSync(path, "utf-8"));
try {
  const began = performance.now(), session = new Session(read), opened = performance.now() - began;
  if (id) {
    const key = session.located.keys[session.model.place(id)].filter(Boolean).pop(), sheet = read.sheets.find(({ name }) => name === key.sheet);
    sheet.formulas[key.row][key.column] = value;
    if (!value.startsWith("=")) sheet.values[key.row][key.column] = Number(value);
    session.sync(read);
  }
  const { overtyped, located, unread, model } = session;
  console.log(JSON.stringify({ opened, overtyped, lost: located.lost, apart: session.apart().map(({ item, column }) => [model.items[item].id, column]), unread: unread.size, cells: located.spots.size, figures: session.data.proof.figures.filter((_, number) => located.figure(number) === null).length }));
} catch (error) {
  console.log(JSON.stringify({ said: error.message }));
}
