// What the page makes of values and of what is typed. usage: node words.mjs JSON of [what, arguments...]
import { formatted } from "../../modelgen/page/scripts/formats.js";
import { typed, valueWords } from "../../modelgen/page/scripts/typed.js";
import { shortened } from "../../modelgen/page/scripts/elements.js";

const does = { formatted, typed, valueWords, shortened };
console.log(JSON.stringify(JSON.parse(process.argv[2]).map(([what, ...given]) => does[what](...given))));
