// Begins: the view over the model that the script before this one has computed.
import { View } from "./view.js";

/** @typedef {{model: import("./model.js").Model, data: import("./book.js").Data, follows: Set<(stale: Set<number>) => void>, view?: View}} Page */

const page = /** @type {Window & {page: Page}} */ (/** @type {unknown} */ (window)).page;
page.view = new View(page.model, page.data, page.follows);
