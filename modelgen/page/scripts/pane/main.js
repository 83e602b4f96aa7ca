// Starts the pane when Office is ready.
import { ExcelHost } from "./host.js";
import { Pane } from "./pane.js";

Office.onReady(async ({ host }) => {
  const pane = new Pane(new ExcelHost());
  /** @type {any} */ (window).pane = pane;
  if (host === Office.HostType.Excel) await pane.start();
  else document.body.textContent = "This pane belongs to Excel: see docs/excel.md.";
});
