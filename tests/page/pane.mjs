// The task pane in headless Chromium, with a mocked Excel over a workbook as read, end to end.
// usage: node pane.mjs CHROMIUM FOLDER WORKBOOK.json [PICTURE.png]; prints what was found as JSON
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { Browser } from "./browser.mjs";

const [, , chromium, folder, workbook, picture] = process.argv;
const OFFICE = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".png": "image/png" };
const mock = `window.workbookRead = ${readFileSync(workbook, "utf-8")};\n${readFileSync(new URL("office_mock.js", import.meta.url), "utf-8")}`;
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://127.0.0.1").pathname);
  try {
    let body = path === "/office.js" ? `{\n${mock}\n}` : path === "/favicon.ico" ? "" : readFileSync(join(folder, path));
    if (path === "/taskpane.html") body = body.toString().replace(OFFICE, "office.js");
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" });
    response.end(body);
  } catch {
    response.writeHead(404);
    response.end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const browser = await Browser.start(chromium, { width: 350, height: 800 });
const found = {};
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const until = async (expression) => {
  for (let tries = 0; tries < 100; tries++) {
    if (await browser.ask(expression)) return true;
    await wait(50);
  }
  throw new Error(`never: ${expression}`);
};
const text = (selector) => browser.ask(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`);
const at = (id, column) => browser.ask(`(() => { const { located, model } = pane.session; return located.key({ item: model.place(${JSON.stringify(id)}, false), column: ${column} }); })()`);
const select = async (key) => {
  await browser.ask(`person.select(${JSON.stringify(key)})`);
  await until(`pane.key && pane.key.row === ${key.row} && pane.key.column === ${key.column}`);
  await wait(30);
};
try {
  const began = performance.now();
  await browser.open(`http://127.0.0.1:${server.address().port}/taskpane.html`);
  await until("window.pane?.key || document.querySelector('.said')?.textContent.includes('modelgen')");
  found.opened = performance.now() - began;
  found.said = await text(".said");
  if (await browser.ask("!!window.pane.session")) {
    const names = await browser.ask(`(() => {
      const { model, located, data } = pane.session, has = (item, column) => located.key({ item, column });
      const figure = data.proof.figures.findIndex(({ line, column }) => has(line, column) && model.items[line].names);
      const input = model.items.findIndex(({ kind, unit, timeline, choices, optional, whole }, item) => kind === "input" && timeline === undefined && unit && model.program.units[unit][2] === "number" && !choices && !optional && !whole && has(item, 0) && Number(model.values[item][0]) + 0.25 <= (model.items[item].most ?? 0));
      const { line, column } = data.proof.figures[figure];
      return { figure, line: model.items[line].id, column, input: model.items[input].id, kind: model.items[line].kind };
    })()`);
    found.names = names;
    found.status = await text(".status");
    found.apart = await browser.ask("pane.session.apart().length");
    found.overtyped = await browser.ask("pane.session.overtyped.length");
    found.cells = await browser.ask("pane.session.located.spots.size");
    found.lost = await browser.ask("pane.session.located.lost.length");
    // The selection is followed to the formula, the figure and its place.
    const line = await at(names.line, names.column);
    await select(line);
    found.trace = await text(".trace");
    found.buttons = await browser.ask("[...document.querySelectorAll('#cell .figure')].map((one) => one.textContent)");
    await browser.click("#cell .trace > p > .figure");
    await until(`person.selected().row !== ${line.row} || person.selected().sheet !== ${JSON.stringify(line.sheet)}`);
    await wait(60);
    found.ledger = await text("#cell .typein");
    // An input that is typed in the pane stands in the workbook's cell, as a number.
    const input = await at(names.input, 0);
    await select(input);
    found.was = await browser.ask(`person.held(${JSON.stringify(input)})`);
    await browser.ask(`(() => { const field = document.querySelector(".typein input"); field.value = "12 apples"; field.form.requestSubmit(); })()`);
    await wait(100);
    found.refused = await text(".said");
    await browser.ask(`(() => { const field = document.querySelector(".typein input"); field.value = String(${found.was} + 0.25); field.form.requestSubmit(); })()`);
    await until(`person.held(${JSON.stringify(input)}) !== ${found.was}`);
    found.typed = await browser.ask(`person.held(${JSON.stringify(input)})`);
    await wait(400);
    found.model = await browser.ask(`pane.session.model.values[pane.session.model.place(${JSON.stringify(names.input)})][0]`);
    // What a person types in Excel moves the pane's model.
    await browser.ask(`person.type(${JSON.stringify(input)}, ${found.was})`);
    await until(`pane.session.model.values[pane.session.model.place(${JSON.stringify(names.input)})][0] === ${found.was}`);
    // A slider changes the pane alone, until it is written.
    found.sliders = await browser.ask("document.querySelectorAll('.slider input').length");
    if (found.sliders) {
      await browser.ask("pane.show('whatif')");
      await browser.ask(`(() => { const field = document.querySelector(".slider input"); field.value = field.max; field.dispatchEvent(new Event("input")); })()`);
      found.unwritten = await browser.ask("pane.session.unwritten().length");
      found.spots = await browser.ask("pane.session.unwritten().map(({ key, value }) => ({ key, value }))");
      await browser.click(".write");
      await until("pane.session.unwritten().length === 0");
      found.written = (await Promise.all(found.spots.map(({ key }) => browser.ask(`person.held(${JSON.stringify(key)})`)))).every((value, place) => value === found.spots[place].value);
    }
    if (await browser.ask("!document.querySelector('.sensitivities').hidden")) {
      const before = await browser.ask("JSON.stringify(pane.session.model.values)");
      await browser.ask("document.querySelector('.sensitivities button').click()");
      found.sensitivities = await browser.ask("[...document.querySelectorAll('.sensitivities tr')].map((row) => [...row.cells].map((cell) => cell.textContent))");
      found.restored = before === (await browser.ask("JSON.stringify(pane.session.model.values)"));
    }
    if (await browser.ask("!document.querySelector('.paths').hidden && !!document.querySelector('.paths textarea').value")) {
      await browser.ask("document.querySelector('.paths button').click()");
      await until("/paths in/.test(document.querySelector('.paths [role=status]').textContent)");
      found.paths = await text(".paths [role=status]");
    }
    // A formula that is typed over is marked.
    const over = await browser.ask("(() => { const { located, model } = pane.session; const item = model.items.findIndex(({ kind, names }, place) => kind === 'line' && names && located.keys[place][0]); return located.keys[item].filter(Boolean).pop(); })()");
    await browser.ask(`person.type(${JSON.stringify(over)}, 7)`);
    await until("pane.session.overtyped.length === 1");
    await select(over);
    found.marked = await text(".typein .fails");
    found.tab = await browser.ask("document.querySelector('[aria-controls=overtyped]').textContent");
    if (picture) {
      await select(line);
      await browser.picture(picture);
      await browser.ask("pane.show('whatif')");
      await browser.picture(picture.replace(".png", "-whatif.png"));
      await browser.ask("pane.show('overtyped')");
      await browser.picture(picture.replace(".png", "-overtyped.png"));
    }
  }
} catch (error) {
  found.failed = String(error.stack ?? error);
  found.html = (await browser.ask("document.body.innerText").catch(() => "")).slice(0, 600);
}
found.ran = await browser.ask("window.ran !== undefined").catch(() => null);
found.errors = browser.errors;
await browser.stop();
server.close();
console.log(JSON.stringify(found));
