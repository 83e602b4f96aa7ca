// Begins: the view over the model that the script before this one has computed.
import { View } from "./view.js";

/** @typedef {Window & {page: {model: import("./model.js").Model, data: import("./book.js").Data, follows: Set<(stale: Set<number>) => void>}}} PageWindow */

const { model: theModel, data: theData, follows: theFollows } = /** @type {PageWindow} */ (/** @type {unknown} */ (window)).page;
new View(theModel, theData, theFollows);
