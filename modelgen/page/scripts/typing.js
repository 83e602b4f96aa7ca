// Typing into an input: a field in its cell, and what the keys do there.
import { element } from "./elements.js";
import { valueWords } from "./typed.js";

/** @typedef {import("./grid.js").Grid} Grid */

/** Opens the active cell for typing, if it is an input. @param {Grid} grid @param {string | null} text null: its value */
export function typeInto(grid, text) {
  const cell = grid.book.cell(grid.active), node = document.getElementById(`c${grid.active.row}-${grid.active.column}`);
  const spot = cell && grid.book.spot(cell);
  if (!cell?.editable || !spot || node === null || node.querySelector("input, select")) return;
  const item = grid.book.model.items[spot.item], { kind, percent } = grid.book.unit(spot.item);
  const now = grid.book.value(cell), label = grid.title(cell) || item.label;
  /** @type {HTMLInputElement | HTMLSelectElement} */
  let field;
  if (item.choices) {
    field = element("select", { "aria-label": label }, ...item.choices.map(([code, words]) =>
      element("option", { value: code, selected: code === now }, `${code} ${words}`)));
  } else {
    field = element("input", { "aria-label": label, autocomplete: "off", spellcheck: "false" });
    field.value = text ?? (now === null ? "" : valueWords(now, kind, percent));
  }
  let done = false;
  const finish = (/** @type {boolean} */ keep) => {
    if (done) return;
    const problem = keep ? grid.listeners.edited(cell, field.value) : "";
    if (problem) {
      field.setAttribute("aria-invalid", "true");
      field.title = problem;
      return;
    }
    done = true;
    const inside = node.contains(document.activeElement);
    node.textContent = grid.book.shown(cell);
    if (inside) grid.focus();
  };
  field.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    event.stopPropagation();
    if (key === "Escape") finish(false);
    else if (key === "Enter" || key === "Tab") {
      event.preventDefault();
      finish(true);
      if (done && key === "Enter" && !item.choices) grid.below(1);
      else if (done && key === "Tab") grid.beside(1);
    }
  });
  field.addEventListener("blur", () => {
    if (!done && field.getAttribute("aria-invalid")) finish(false);
    else finish(true);
  });
  if (item.choices) field.addEventListener("change", () => finish(true));
  node.replaceChildren(field);
  field.focus();
  if (field instanceof HTMLInputElement && text === null) field.select();
}
