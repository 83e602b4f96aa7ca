// Uses a page as a person does, by mouse and keys, in headless Chromium, and prints what happened as JSON, by task.
// usage: node behave.mjs CHROMIUM PAGE.html TASK[=ARGUMENT]...
import { Browser } from "./browser.mjs";

const [, , chromium, page, ...tasks] = process.argv;

/** Puts a function with its arguments into the page. */
const call = (browser, found, ...given) => browser.ask(`(${found})(...${JSON.stringify(given)})`);

const TASKS = {
  /** From each figure's number to its line in the document: by its cell, and by the marked numeral back. */
  figures: (browser) => call(browser, () => {
    const { view, data } = window.page, { book } = view, wrong = [];
    let marked = 0;
    data.proof.figures.forEach((figure, number) => {
      const place = book.where({ item: figure.line, column: figure.column });
      view.grid.go(place);
      const cell = document.getElementById(`c${place.row}-${place.column}`);
      cell.click(); // the first click
      let mark = document.querySelector("mark.now");
      const shown = () => (mark?.getAttribute("data-figures") ?? "").split(" ").map(Number);
      if (!shown().includes(number)) {
        const button = [...view.trace.node.querySelectorAll("button.figure")].find((one) => one.textContent.startsWith(`${figure.printed} in ${figure.words}`));
        button?.click(); // the second
        mark = document.querySelector("mark.now");
      }
      const line = document.querySelector(".line.at .place")?.textContent;
      if (line !== figure.place) wrong.push([figure.id, line, figure.place]);
      if (mark) marked++;
    });
    return { figures: data.proof.figures.length, marked, wrong };
  }),

  /** Every formula cell of every sheet opens its formula and its tree. */
  trees: (browser) => call(browser, () => {
    const { view, data } = window.page, { book, trace } = view, wrong = [];
    let cells = 0;
    data.sheets.forEach((sheet, number) => sheet.rows.forEach(([row]) => book.cells(number, row).forEach((cell) => {
      if (cell.item === undefined && cell.own === undefined) return;
      if (cell.item !== undefined && window.page.model.items[cell.item].kind !== "line") return;
      cells++;
      trace.show(cell);
      const reads = trace.reads(cell), leaves = trace.node.querySelectorAll("[role=treeitem]").length;
      if (!trace.node.textContent || leaves !== Math.min(400, reads.length)) wrong.push([sheet.name, row, cell.column]);
    })));
    return { cells, wrong: wrong.slice(0, 10) };
  }),

  /** Typing, undoing, going and coming back, by keys alone. */
  keys: async (browser, argument) => {
    const found = {};
    const { id, place } = await call(browser, (wanted) => {
      const { view, model } = window.page, item = model.place(wanted, true);
      const spot = { item, column: model.values[item].length - 1 }, place = view.book.where(spot);
      view.grid.go(place);
      view.grid.focus();
      return { id: model.items[item].id, place };
    }, argument);
    const value = () => browser.ask(`(() => { const m = page.model, row = m.values[m.places.get(${JSON.stringify(id)})]; return row[row.length - 1]; })()`);
    found.before = await value();
    for (const key of "3.5%") await browser.key(key);
    found.editing = await browser.ask("document.activeElement.value");
    await browser.key("Enter");
    await browser.painted();
    found.typed = await value();
    found.changed = await call(browser, ({ row, column }) => document.getElementById(`c${row}-${column}`)?.className ?? "", place);
    await call(browser, (place) => (window.page.view.grid.go(place), window.page.view.grid.focus()), place);
    await browser.key("9");
    await browser.key("x");
    await browser.key("Enter");
    found.refused = await browser.ask("[document.querySelector('.said').textContent, document.querySelector('[aria-invalid]') !== null]");
    await browser.key("Escape");
    await browser.key("9");
    for (const key of "00%") await browser.key(key);
    await browser.key("Enter");
    found.outOfRange = await browser.ask("document.querySelector('.said').textContent");
    await browser.key("Escape");
    found.afterRefused = await value();
    for (const text of ["0.1", "3.5"]) { // in percent: as a spreadsheet takes it, and it is said
      await call(browser, (place) => (window.page.view.grid.go(place), window.page.view.grid.focus()), place);
      for (const key of text) await browser.key(key);
      await browser.key("Enter");
      await browser.painted();
      found.taken = [...(found.taken ?? []), await browser.ask("document.querySelector('.said').textContent"), await value()];
    }
    found.focus = await browser.ask("document.activeElement.getAttribute('role')");
    found.active = await browser.ask("document.querySelector('[role=grid]').getAttribute('aria-activedescendant')");
    // To the tree's first number and back.
    const from = await browser.ask("page.view.grid.active");
    await call(browser, () => {
      const { view, model, data } = window.page, line = data.outputs[0], spot = { item: line, column: model.values[line].length - 1 };
      view.go(spot);
      view.trace.node.querySelector("[role=treeitem]").focus();
    });
    const there = await browser.ask("page.view.grid.active");
    await browser.key("ArrowRight");
    found.expanded = await browser.ask("document.activeElement.getAttribute('aria-expanded')");
    await browser.key("Enter");
    const further = await browser.ask("page.view.grid.active");
    await browser.key("Backspace");
    found.back = JSON.stringify(await browser.ask("page.view.grid.active")) === JSON.stringify(there) && JSON.stringify(further) !== JSON.stringify(there);
    await browser.key("Backspace");
    found.home = JSON.stringify(await browser.ask("page.view.grid.active")) === JSON.stringify(from);
    await browser.key("]");
    found.turned = await browser.ask("page.view.grid.sheet");
    await browser.key("F6");
    found.part = await browser.ask("document.activeElement.getAttribute('role')");
    return found;
  },

  /** Changes inputs and downloads the overlay; the values that the page then has. */
  overlay: (browser, argument) => call(browser, async (changes) => {
    for (const [id, value, period] of changes) window.modelgen.set(id, value, period);
    let blob;
    URL.createObjectURL = (given) => ((blob = given), "#");
    window.page.view.pane("whatif");
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    [...document.querySelectorAll("#whatif button")].find((one) => one.textContent === "Download overlay").click();
    const said = [...document.querySelectorAll("#whatif .changes li")].map((one) => one.textContent);
    return { text: await blob.text(), said, values: window.modelgen.values() };
  }, JSON.parse(argument)),

  /** Changes inputs of a page that is served, and saves them beside the file. */
  save: async (browser, argument) => {
    await call(browser, (changes) => {
      for (const [id, value, period] of changes) window.modelgen.set(id, value, period);
      window.page.view.pane("whatif");
    }, JSON.parse(argument));
    await browser.painted();
    return call(browser, async () => {
      [...document.querySelectorAll("#whatif button")].find((one) => one.textContent === "Save beside the file").click();
      const { saved } = window.page.view.whatIf;
      for (let turn = 0; turn < 100 && !saved.textContent; turn++) await new Promise((done) => setTimeout(done, 50));
      return { said: saved.textContent };
    });
  },

  /** What is labelled: every control has a name, every role of a grid, a tab or a tree stands where it may. */
  labels: (browser) => call(browser, () => {
    const unnamed = [...document.querySelectorAll("button, input, select, textarea, [role=grid], [role=tablist], [role=tree], svg[role=img], [role=document]")]
      .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML.slice(0, 120));
    const grid = document.querySelector("[role=grid]");
    const cells = [...grid.querySelectorAll("[role=gridcell], [role=rowheader], [role=columnheader]")];
    return { unnamed, live: document.querySelectorAll("[aria-live=polite]").length, rows: Number(grid.getAttribute("aria-rowcount")), cells: cells.length,
      loose: cells.filter((cell) => !cell.closest("[role=row]") || !cell.getAttribute("aria-colindex")).length, lang: document.documentElement.lang, title: document.title };
  }),

  /** What a hostile text did, and whether it is shown as text. */
  hostile: async (browser) => {
    const found = await call(browser, async () => {
      const { view, data } = window.page;
      for (let sheet = 0; sheet < data.sheets.length; sheet++) {
        view.sheet(sheet);
        for (const [row] of data.sheets[sheet].rows) for (const cell of view.book.cells(sheet, row)) view.trace.show(cell);
      }
      for (const pane of ["whatif", "checks", "trace"]) view.pane(pane);
      data.sources.forEach((_, source) => view.documents.open(source));
      await new Promise((done) => setTimeout(done, 50));
      return { ran: window.ran ?? null, elements: document.querySelectorAll("body img, body iframe, body object, body a[href^=javascript]").length,
        scripts: document.querySelectorAll("script").length, text: document.body.textContent.includes("<img src=x onerror=ran=1>"), longest: Math.max(...[...document.querySelectorAll(".line, .cell")].map((one) => one.textContent.length)) };
    });
    // What the page itself would have to allow, it refuses.
    found.inline = await call(browser, () => {
      const script = document.createElement("script");
      script.textContent = "window.ran = 2";
      document.body.append(script);
      let evaluated = "refused";
      try {
        evaluated = String(new Function("return 1")());
      } catch {}
      return { ran: window.ran ?? null, evaluated };
    });
    found.fetched = await call(browser, () => fetch("https://example.com/").then(() => "fetched", () => "refused"));
    return found;
  },

  /** How long the page takes: to open, from a change to what is painted, and for a thousand paths. */
  times: async (browser, argument) => {
    const found = await call(browser, async (id) => {
      const { model, view } = window.page, item = model.place(id, true), column = model.values[item].length - 1;
      const now = model.values[item][column] || 0, times = [];
      const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done();
        channel.port2.postMessage(0);
      }));
      view.sheet(Math.max(0, window.page.data.sheets.findIndex(({ charts }) => charts.length)));
      for (let turn = 0; turn < 24; turn++) {
        await painted();
        const began = performance.now();
        model.change([{ item, column, value: now + 0.0001 * (turn + 1) }]);
        view.later();
        await painted();
        times.push(performance.now() - began);
      }
      view.reset();
      await painted();
      times.sort((a, b) => a - b);
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return { painted: times[Math.floor(times.length / 2)], slowest: times[times.length - 1], opened: paint?.startTime };
    }, argument);
    found.paths = [];
    for (let turn = 0; turn < 3; turn++) {
      found.paths.push(await call(browser, async () => {
        const began = performance.now();
        await window.page.view.paths.run();
        return performance.now() - began;
      }));
    }
    found.fan = await browser.ask("document.querySelectorAll('.fan svg').length");
    return found;
  },

  /** Scrolls a sheet from its top to its bottom and to its right; the longest frame. */
  scroll: (browser) => call(browser, async () => {
    const { view, data } = window.page, { grid } = view;
    const large = data.sheets.reduce((best, sheet, number) => (sheet.rows.length * sheet.widths.length > data.sheets[best].rows.length * data.sheets[best].widths.length ? number : best), 0);
    view.sheet(large);
    const frames = [], elements = [];
    let before = performance.now();
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    for (let step = 0; step < 120; step++) {
      if (step < 60) grid.node.scrollTop += grid.node.scrollHeight / 60;
      else grid.node.scrollLeft += grid.node.scrollWidth / 60;
      await frame();
      frames.push(performance.now() - before);
      before = performance.now();
      elements.push(grid.node.querySelectorAll(".cell").length);
    }
    frames.shift();
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return { longest: Math.max(...frames), median: frames.sort((a, b) => a - b)[60], elements: Math.max(...elements), opened: paint?.startTime };
  }),

  /** The widths of the page and of what sticks out of it. */
  narrow: async (browser) => {
    await browser.resize(390, 844);
    await browser.painted();
    return call(browser, () => {
      const out = (document.scrollingElement ?? document.body).scrollWidth - window.innerWidth;
      document.querySelector(".toggle-left").click();
      const left = document.querySelector(".left").getBoundingClientRect();
      return { out, shown: left.width > 0 && left.width <= window.innerWidth };
    });
  },
};

const browser = await Browser.start(chromium);
/** @type {Record<string, unknown>} */
const found = {};
try {
  for (const text of tasks) {
    const [task, ...rest] = text.split("=");
    await browser.open(page);
    await browser.painted();
    browser.errors.length = 0;
    found[task] = { ...(await TASKS[task](browser, rest.join("="))), errors: [...browser.errors] };
  }
  console.log(JSON.stringify(found));
} finally {
  await browser.stop();
}
