// Opens a page in node: runs the script that computes, with as much of a document as it asks for.
import { readFileSync } from "node:fs";
import vm from "node:vm";

/** @param {string} path @returns {any} the page's window */
export function open(path) {
  const html = readFileSync(path, "utf-8");
  const data = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(html)[1];
  const script = /<script>([^]*?)<\/script>/.exec(html)[1];
  const window = {};
  const context = vm.createContext({ window, document: { getElementById: () => ({ textContent: data }) } });
  const began = performance.now();
  new vm.Script(script + "\nwindow.model = model;").runInContext(context);
  window.opening = performance.now() - began;
  return window;
}
