// Whether values are those of the evaluator: numbers to 1e-9, errors as errors.
const TOLERANCE = 1e-9;
export const READ = { "#error": NaN, "#differs": Infinity };

function same(here, there) {
  if (typeof here === "string" || typeof there === "string") return here === there;
  const a = Number(here), b = Number(there);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Math.abs(a) === Math.abs(b);
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Counts cells and notes what differs. */
export function differences() {
  let cells = 0;
  const differing = [];
  function compare(step, found, wanted) {
    for (const [id, row] of Object.entries(wanted)) {
      const here = Array.isArray(row) ? found[id] : [found[id]];
      const there = Array.isArray(row) ? row : [row];
      if (here === undefined || here.length !== there.length) differing.push([step, id, null, "missing", String(here)]);
      else there.forEach((value, column) => {
        cells++;
        const want = value in READ ? READ[value] : value;
        if (value === null ? here[column] !== null : !same(here[column], want)) differing.push([step, id, column, String(here[column]), String(want)]);
      });
    }
  }
  return { compare, found: () => ({ cells, count: differing.length, differing: differing.slice(0, 20) }) };
}
