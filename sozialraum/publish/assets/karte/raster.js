/** @module raster: which area lies under each pixel, found once; then colours by that. Pure. */

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Box} Box
 * @typedef {object} Frame the part of the page that is seen
 * @property {number} x its left end in metres
 * @property {number} y its upper end
 * @property {number} scale pixels per metre
 * @property {number} width pixels
 * @property {number} height
 */

/**
 * Write what lies under the middle of each pixel: 1 + twice the place of the area, one more at its
 * border; 0 = nothing.
 * @param {Shape[]} shapes
 * @param {Box[]} boxes around them; what lies out of sight is not looked at
 * @param {Frame} frame
 * @param {Int32Array} ids width × height
 * @returns {number} areas looked at
 */
export function rasterise(shapes, boxes, frame, ids) {
  ids.fill(0);
  const [wide, tall] = [frame.width / frame.scale, frame.height / frame.scale];
  let seen = 0;
  for (let i = 0; i < shapes.length; i++) {
    const { x, y, w, h } = boxes[i];
    if (x > frame.x + wide || x + w < frame.x || y > frame.y + tall || y + h < frame.y) continue;
    fill(shapes[i], 1 + 2 * i, boxes[i], frame, ids);
    seen++;
  }
  outline(ids, frame.width);
  return seen;
}

let crossings = new Uint8Array(1 << 16); // all 0 between two areas

/**
 * Every border turns inside and outside where it crosses the middle of a row; holes stay out
 * (even-odd rule). Neighbours cross in the same pixel, whichever way their borders run.
 * @param {Shape} shape
 * @param {number} id
 * @param {Box} box
 * @param {Frame} frame
 * @param {Int32Array} ids
 */
function fill(shape, id, box, frame, ids) {
  const { scale, width, height } = frame;
  const first = Math.max(0, Math.ceil((box.y - frame.y) * scale - 0.5));
  const last = Math.min(height - 1, Math.floor((box.y + box.h - frame.y) * scale - 0.5));
  const left = Math.max(0, Math.floor((box.x - frame.x) * scale));
  const right = Math.min(width, Math.ceil((box.x + box.w - frame.x) * scale) + 1);
  const wide = right - left + 1;
  const n = wide * (last - first + 1);
  if (n > crossings.length) crossings = new Uint8Array(2 * n);
  for (const ring of shape) cross(ring, frame, { first, last, left, right }, wide);
  for (let row = first, k = 0; row <= last; row++, k++) {
    let inside = 0;
    for (let at = row * width + left, end = row * width + right; at < end; at++, k++) {
      inside ^= crossings[k];
      crossings[k] = 0;
      if (inside) ids[at] = id;
    }
    crossings[k] = 0;
  }
}

/**
 * @param {import("./shapes.js").Ring} ring
 * @param {Frame} frame
 * @param {{first: number, last: number, left: number, right: number}} part
 * @param {number} wide
 */
function cross(ring, { x, y, scale }, { first, last, left, right }, wide) {
  const end = ring.length;
  for (let a = 0, b = end - 2; a < end; b = a, a += 2) {
    const [upper, lower] = ring[a + 1] < ring[b + 1] ? [a, b] : [b, a];
    const top = (ring[upper + 1] - y) * scale - 0.5;
    const bottom = (ring[lower + 1] - y) * scale - 0.5;
    const from = Math.max(first, Math.ceil(top));
    const to = Math.min(last, Math.ceil(bottom) - 1);
    if (from > to) continue;
    const start = (ring[upper] - x) * scale - 0.5;
    const slope = ((ring[lower] - ring[upper]) * scale) / (bottom - top);
    for (let row = from; row <= to; row++) {
      const column = Math.ceil(start + (row - top) * slope);
      crossings[(row - first) * wide + Math.min(Math.max(column, left), right) - left] ^= 1;
    }
  }
}

/**
 * Mark the pixels left of and above another area, or none, as its border.
 * @param {Int32Array} ids
 * @param {number} width
 */
function outline(ids, width) {
  const last = ids.length - width;
  for (let at = 0, column = 1; at < ids.length; at++, column++) {
    const id = ids[at];
    const beside = column < width ? ids[at + 1] : id;
    const under = at < last ? ids[at + width] : id;
    if (column === width) column = 0;
    if (id !== beside || id !== under) ids[at] = (id || Math.max(beside, under)) + 1;
  }
}

/**
 * @typedef {object} Looks by what `rasterise` wrote
 * @property {Uint32Array} inks a colour, or the place of a tile + 1; 0 = nothing is drawn
 * @property {Uint32Array} grounds the colour below a tile
 * @property {Uint32Array[]} tiles square; 0 = the ground is seen
 * @property {number} side of a tile, pixels
 */

/**
 * Colour every pixel by what lies there: one look per pixel.
 * @param {Int32Array} ids
 * @param {number} width
 * @param {Looks} looks
 * @param {Uint32Array} pixels
 */
export function dye(ids, width, { inks, grounds, tiles, side }, pixels) {
  const most = tiles.length;
  for (let at = 0; at < ids.length; at++) {
    const ink = inks[ids[at]];
    if (ink > most || ink === 0) pixels[at] = ink;
    else {
      const [row, column] = [Math.floor(at / width), at % width];
      const over = tiles[ink - 1][(row % side) * side + (column % side)];
      pixels[at] = over || grounds[ids[at]];
    }
  }
}

/**
 * A colour as the browser holds it in a pixel: alpha, blue, green, red.
 * @param {string} colour #rrggbb
 */
export function pixel(colour) {
  const [red, green, blue] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Two colours mixed.
 * @param {string} colour
 * @param {string} ink
 * @param {number} share of the ink
 */
export function mixed(colour, ink, share) {
  const part = (/** @type {string} */ one, /** @type {number} */ k) =>
    parseInt(one.slice(k, k + 2), 16);
  const parts = [1, 3, 5].map((k) => {
    const value = Math.round(part(colour, k) * (1 - share) + part(ink, k) * share);
    return value.toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
