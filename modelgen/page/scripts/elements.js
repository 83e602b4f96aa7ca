// Elements of the page. Every text is set as text: nothing that a document or a label says is read as HTML.

/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * An element with attributes (`on...` are listeners, null and false leave one out) and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Attributes} [attributes] @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  put(made, attributes);
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** An element of a drawing. @param {string} tag @param {Attributes} [attributes] @param {...(Node | string)} children */
export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  put(made, attributes);
  made.append(...children);
  return made;
}

/** @param {Element} made @param {Attributes} attributes */
function put(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
}

/** The most characters of one text that the page shows: more would stall it, and nobody reads them. */
export const LONGEST = 5000;

/** A text as the page shows it: one of great length is cut, and says so. @param {string} text */
export function shortened(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${(text.length - LONGEST).toLocaleString("en")} more characters)`;
}
