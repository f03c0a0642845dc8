/** @module columns: numbers per area, told as bytes and read when first asked for. Pure. */

/**
 * @typedef {{at: number, n: number, size: number, least: number, digits: number}} Part
 * @typedef {(string | number)[]} Way
 * @typedef {{along?: Way, line?: number[]}} Line
 * @typedef {{to: Way, parts: Part[], rows?: boolean, rings?: boolean} & Line} Column
 */

/**
 * The data, with every column in its place; it is read when it is first asked for.
 * @param {Uint8Array} bytes how long the JSON is, the JSON, the columns
 */
export function unpacked(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const told = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const { data, columns } = JSON.parse(told);
  const numbers = bytes.subarray(4 + length);
  const at = (/** @type {Way} */ way) => way.reduce((/** @type {any} */ o, k) => o[k], data);
  for (const column of columns) {
    onceAsked(at(column.to.slice(0, -1)), column.to.at(-1), () => {
      const values = valuesOf(numbers, column);
      return column.along ? besideLine(values, at(column.along), column.line) : values;
    });
  }
  return data;
}

/** @param {any} holder @param {string | number} name @param {() => any} make */
function onceAsked(holder, name, make) {
  const plain = { configurable: true, enumerable: true };
  const get = () => {
    const value = make();
    Object.defineProperty(holder, name, { ...plain, value, writable: true });
    return value;
  };
  Object.defineProperty(holder, name, { ...plain, get });
}

/** @param {Uint8Array} numbers @param {Column} column */
function valuesOf(numbers, { parts, rows, rings }) {
  if (rings) return shapesOf(parts.map((part) => read(numbers, part, new Float64Array(part.n))));
  const lists = parts.map((part) => read(numbers, part, new Array(part.n)));
  return rows ? lists[0].map((_, i) => lists.map((list) => list[i])) : lists[0];
}

/**
 * @param {(number | null)[]} values what lies beside a line over another column
 * @param {(number | null)[]} other
 * @param {number[]} line
 */
function besideLine(values, other, [x, y, slope]) {
  return values.map((value, i) => {
    if (value === null) return null;
    return value + Math.floor(y + slope * ((other[i] ?? x) - x) + 0.5);
  });
}

/**
 * @template {any[] | Float64Array} T
 * @param {Uint8Array} numbers
 * @param {Part} part
 * @param {T} values
 * @returns {T}
 */
function read(numbers, { at, n, size, least, digits }, values) {
  const unit = 10 ** digits;
  for (let i = 0; i < n; i++) {
    let told = 0;
    for (let k = size - 1; k >= 0; k--) told = told * 256 + numbers[at + k * n + i];
    values[i] = told ? (told - 1 + least) / unit : /** @type {any} */ (null);
  }
  return values;
}

/** Areas of one part each: all rings of an area. @param {Float64Array[]} told */
function shapesOf([counts, lengths, x, y]) {
  const steps = new Int32Array(2 * x.length);
  for (let k = 0; k < x.length; k++) {
    steps[2 * k] = x[k];
    steps[2 * k + 1] = y[k];
  }
  let [ring, at] = [0, 0];
  const next = () => steps.subarray(at, (at += 2 * lengths[ring++]));
  return Array.from(counts, (count) => [Array.from({ length: count }, next)]);
}
