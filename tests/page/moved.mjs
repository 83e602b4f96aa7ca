// What moved a line, by input. usage: node moved.mjs PAGE.html LINE CHANGES
import { attributed } from "../../modelgen/page/scripts/tree.js";
import { open } from "./load.mjs";

const [, , page, line, changes] = process.argv;
const { model, modelgen } = open(page);
for (const change of JSON.parse(changes)) modelgen.set(...change);
const before = JSON.stringify(modelgen.values());
const item = model.place(line), row = model.values[item];
const found = row.map((now, column) => {
  const parts = attributed(model, { item, column });
  return { now, was: model.opened[item][column], parts: parts.map(({ change, by }) => [model.items[change.item].id, by]) };
});
console.log(JSON.stringify({ found, kept: JSON.stringify(modelgen.values()) === before }));
