// The draws of a page, as JSON. usage: node draw.mjs PAGE.html SEED LINE ID=LAW(...)...
import { open } from "./load.mjs";
import { along, draws, quantiles, varied } from "../../modelgen/page/scripts/paths.js";
import { normals } from "../../modelgen/page/scripts/draws.js";

const [, , page, seed, line, ...specs] = process.argv;
const { model } = open(page);
const plan = specs.map((text) => varied(model, text)), inputs = draws(model, plan, Number(seed));
const opened = model.values.map((row) => row.slice());
const paths = along(model, plan, inputs, model.place(line), 0, 1000);
const kept = model.values.every((row, place) => row.every((value, column) => Object.is(value, opened[place][column])));
console.log(JSON.stringify({ normals: [...normals(Number(seed), 3, 20000)], kept, quantiles: quantiles(paths) }));
