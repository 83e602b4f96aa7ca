// Headless Chromium over its DevTools pipe: enough to open a page, ask it, press keys and take pictures. No packages.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--remote-debugging-pipe"];

export class Browser {
  /** @param {string} program @param {{width?: number, height?: number, dark?: boolean}} [look] */
  static async start(program, { width = 1366, height = 768, dark = false } = {}) {
    const browser = new Browser();
    browser.folder = mkdtempSync(join(tmpdir(), "modelgen-page-"));
    browser.process = spawn(program, [...QUIET, `--user-data-dir=${browser.folder}`, `--window-size=${width},${height}`], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.waiting = new Map();
    browser.errors = [];
    browser.number = 0;
    let rest = Buffer.alloc(0);
    browser.process.stdio[4].on("data", (part) => {
      rest = Buffer.concat([rest, part]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        browser.take(JSON.parse(rest.subarray(0, end).toString("utf-8")));
        rest = rest.subarray(end + 1);
      }
    });
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
    browser.session = (await browser.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.send(`${domain}.enable`);
    await browser.resize(width, height);
    await browser.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
    return browser;
  }

  resize(width, height) {
    return this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  }

  take(message) {
    if (message.method === "Runtime.exceptionThrown") this.errors.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text);
    if (message.method === "Log.entryAdded" && message.params.entry.level === "error") this.errors.push(message.params.entry.text);
    if (message.method === "Network.requestWillBeSent" && !/^(file|about|data|blob|http:\/\/127\.0\.0\.1):?/.test(message.params.request.url)) this.errors.push(`asked for ${message.params.request.url}`);
    if (message.method === "Page.loadEventFired") this.loaded?.();
    const answer = this.waiting.get(message.id);
    if (!answer) return;
    this.waiting.delete(message.id);
    if (message.error) answer.reject(new Error(message.error.message));
    else answer.resolve(message.result);
  }

  send(method, params = {}) {
    const id = ++this.number;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, ...(method.startsWith("Browser.") ? {} : { sessionId: this.session }) })}\0`);
    });
  }

  /** Opens a file or an address of this machine, and waits until it is loaded. */
  async open(path) {
    const loaded = new Promise((resolve) => (this.loaded = resolve));
    await this.send("Page.navigate", { url: path.startsWith("http:") ? path : pathToFileURL(resolve(path)).href });
    await loaded;
  }

  /** The value of an expression in the page; a promise is awaited. */
  async ask(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: false });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until the page has painted. */
  painted() {
    return this.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
  }

  async key(key, text = key.length === 1 ? key : undefined) {
    const codes = { Enter: 13, Backspace: 8, Escape: 27, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, F2: 113, F6: 117, Tab: 9 };
    const windowsVirtualKeyCode = codes[key] ?? (/^[a-z0-9]$/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0);
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key === "Enter" ? "\r" : text, windowsVirtualKeyCode });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode });
  }

  async click(selector) {
    const { x, y } = await this.ask(`(() => { const found = document.querySelector(${JSON.stringify(selector)}); found.scrollIntoViewIfNeeded(); const box = found.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`);
    for (const type of ["mousePressed", "mouseReleased"]) await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  }

  async picture(path) {
    writeFileSync(path, Buffer.from((await this.send("Page.captureScreenshot")).data, "base64"));
  }

  async pdf(path) {
    writeFileSync(path, Buffer.from((await this.send("Page.printToPDF", { preferCSSPageSize: true, printBackground: true })).data, "base64"));
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    await this.send("Browser.close").catch(() => {});
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3000))]);
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
