// Draws as `modelgen sweep` makes them: NumPy's generator (PCG64, seeded by SeedSequence), its normals by the ziggurat
// of G. Marsaglia and W. W. Tsang (Journal of Statistical Software 5, 2000), and the laws of modelgen/sweeps/draw.py.

const MASK = (1n << 128n) - 1n, LOW = (1n << 64n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
/** A block's paths are drawn together, so that a path does not depend on how many follow it. */
export const DRAWN = 1000;

/** The four 64-bit words of a SeedSequence. @param {number} seed @param {number} block @returns {bigint[]} */
function seeded(seed, block) {
  const words = [seed >>> 0];
  for (let rest = Math.floor(seed / 4294967296); rest > 0; rest = Math.floor(rest / 4294967296)) words.push(rest >>> 0);
  while (words.length < 4) words.push(0);
  words.push(block >>> 0);
  let constant = 0x43b0d7e5;
  const hashed = (/** @type {number} */ value) => {
    value ^= constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const mixed = (/** @type {number} */ x, /** @type {number} */ y) => {
    const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = words.slice(0, 4).map(hashed);
  for (let from = 0; from < 4; from++) for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
  for (const word of words.slice(4)) for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to], hashed(word));
  constant = 0x8b51f9dd;
  const state = Array.from({ length: 8 }, (_, place) => {
    let value = pool[place % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    return BigInt((value ^ (value >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((place) => state[place] | (state[place + 1] << 32n));
}

const TAIL = 3.6541528853610088, AREA = 0.004928673233974655;

/** The tables of the ziggurat: widths, the share of each layer that needs no test, and heights. */
function layers() {
  const widths = new Float64Array(256), inside = new Float64Array(256), heights = new Float64Array(256), unit = 2 ** 52;
  let edge = TAIL, outer = TAIL;
  const base = AREA / Math.exp(-0.5 * edge * edge);
  inside[0] = Math.floor((edge / base) * unit);
  widths[0] = base / unit;
  widths[255] = edge / unit;
  heights[0] = 1;
  heights[255] = Math.exp(-0.5 * edge * edge);
  for (let layer = 254; layer >= 1; layer--) {
    edge = Math.sqrt(-2 * Math.log(AREA / edge + Math.exp(-0.5 * edge * edge)));
    inside[layer + 1] = Math.floor((edge / outer) * unit);
    outer = edge;
    heights[layer] = Math.exp(-0.5 * edge * edge);
    widths[layer] = edge / unit;
  }
  return { widths, inside, heights };
}

const ZIGGURAT = layers();

/** Standard normals, as numpy.random.Generator(PCG64(SeedSequence(seed, spawn_key=(block,)))) draws them. */
/** @param {number} seed @param {number} block @param {number} count @returns {Float64Array} */
export function normals(seed, block, count) {
  const [first, second, third, fourth] = seeded(seed, block);
  const increment = ((((third << 64n) | fourth) << 1n) | 1n) & MASK;
  let state = (increment + ((first << 64n) | second)) & MASK;
  state = (state * MULTIPLIER + increment) & MASK;
  const next = () => {
    state = (state * MULTIPLIER + increment) & MASK;
    const high = state >> 64n, turn = high >> 58n, value = (high ^ state) & LOW;
    return ((value >> turn) | (value << (-turn & 63n))) & LOW;
  };
  const uniform = () => Number(next() >> 11n) / 2 ** 53;
  const { widths, inside, heights } = ZIGGURAT, found = new Float64Array(count);
  for (let place = 0; place < count; ) {
    const bits = next(), layer = Number(bits & 0xffn), size = Number((bits >> 9n) & 0xfffffffffffffn);
    const x = (bits >> 8n) & 1n ? -size * widths[layer] : size * widths[layer];
    if (size < inside[layer]) found[place++] = x;
    else if (layer === 0) {
      for (;;) {
        const beyond = -Math.log1p(-uniform()) / TAIL, height = -Math.log1p(-uniform());
        if (height + height > beyond * beyond) {
          found[place++] = (bits >> 17n) & 1n ? -(TAIL + beyond) : TAIL + beyond;
          break;
        }
      }
    } else if ((heights[layer - 1] - heights[layer]) * uniform() + heights[layer] < Math.exp(-0.5 * x * x)) found[place++] = x;
  }
  return found;
}

/** @param {number} x @param {number[]} coefficients the highest power first */
const polynomial = (x, coefficients) => coefficients.reduce((sum, one) => sum * x + one, 0);

const P = [2.461969814735305e-10, 0.5641895648310688, 7.463210564422699, 48.63719709856814, 196.5208329560771, 526.4451949954773, 934.5285271719576, 1027.5518868951572, 557.5353353693994];
const Q = [1, 13.228195115474499, 86.70721408859897, 354.9377788878199, 975.7085017432055, 1823.9091668790973, 2246.3376081871097, 1656.6630919416134, 557.5353408177277];
const R = [0.5641895835477551, 1.275366707599781, 5.019050422511805, 6.160210979930536, 7.4097426995044895, 2.9788666537210022];
const S = [1, 2.2605286322011726, 9.396035249380015, 12.048953980809666, 17.08145074756591, 9.608968090632859, 3.369076451000815];
const T = [9.604973739870516, 90.02601972038427, 2232.005345946843, 7003.325141128051, 55592.30130103949];
const U = [1, 33.56171416475031, 521.3579497801527, 4594.323829709801, 22629.000061389095, 49267.39426086359];

/** The normal distribution function (S. L. Moshier, Cephes). @param {number} x */
export function ndtr(x) {
  const size = Math.abs(x) * Math.SQRT1_2;
  if (size < 1) return 0.5 + (0.5 * x * Math.SQRT1_2 * polynomial(size * size, T)) / polynomial(size * size, U);
  const tail = 0.5 * Math.exp(-size * size) * (size < 8 ? polynomial(size, P) / polynomial(size, Q) : polynomial(size, R) / polynomial(size, S));
  return x > 0 ? 1 - tail : tail;
}

/** @typedef {{law: string, parameters: Record<string, number>}} Law */

/** The parameters of each law, and which of them are plain numbers. @type {Record<string, string[]>} */
export const LAWS = {
  normal: ["mean", "deviation"], uniform: ["minimum", "maximum"],
  triangular: ["minimum", "likely", "maximum"], vasicek: ["start", "mean", "speed", "volatility"],
};

/** A path of standard normals, transformed to a law. @param {Law} law @param {number[]} drawn @param {number} step years of a period */
export function byLaw({ law, parameters: p }, drawn, step) {
  if (law === "normal") return drawn.map((z) => p.mean + p.deviation * z);
  if (law === "uniform") return drawn.map((z) => p.minimum + (p.maximum - p.minimum) * ndtr(z));
  if (law === "vasicek") {
    const kept = Math.exp(-p.speed * step), variance = p.speed === 0 ? step : (1 - kept * kept) / (2 * p.speed);
    let rate = p.start;
    return drawn.map((z, column) => (rate = column === 0 ? p.start : p.mean + (rate - p.mean) * kept + p.volatility * Math.sqrt(variance) * z));
  }
  const width = p.maximum - p.minimum;
  return drawn.map((z) => {
    const chance = ndtr(z);
    return chance < (p.likely - p.minimum) / width ? p.minimum + Math.sqrt(chance * width * (p.likely - p.minimum))
      : p.maximum - Math.sqrt((1 - chance) * width * (p.maximum - p.likely));
  });
}
