/** @module inset: areas far from the rest are drawn in a corner, so the rest is larger. Pure. */

/** @typedef {import("./shapes.js").Box} Box */

const LEAST_GAIN = 1.25;
const LARGEST_SHARE = 0.1;
const SIZE = 0.24; // of the longer side of the rest
const MOST = 60; // areas set apart

/**
 * Places of the areas that would shrink the map; at most a tenth of them, often none. What touches
 * the rest is no exclave, however large the map would become without it.
 * @param {Box[]} boxes
 * @returns {number[]}
 */
export function exclaves(boxes) {
  const most = Math.floor(boxes.length * LARGEST_SHARE);
  const far = byDistance(boxes, most);
  const whole = extent(around(boxes));
  // What is left without the first n, from the last back: one box each, whatever their number.
  const left = [around(far.slice(most).map((i) => boxes[i]))];
  for (let n = most - 1; n > 0; n--) left.push(around([left[left.length - 1], boxes[far[n]]]));
  left.reverse();
  const n = left.findIndex((box) => whole / extent(box) >= LEAST_GAIN) + 1;
  const apart = most && n ? withNeighbours(boxes, far.slice(0, n), Math.min(most, MOST)) : [];
  return apart.sort((x, y) => x - y);
}

/**
 * The areas, and all that hang together with them; none where these are too many.
 * @param {Box[]} boxes
 * @param {number[]} start
 * @param {number} most
 * @returns {number[]}
 */
function withNeighbours(boxes, start, most) {
  if (start.length > most) return [];
  const found = new Set(start);
  for (const i of found) {
    for (const [j, box] of boxes.entries()) {
      if (!found.has(j) && touch(boxes[i], box)) found.add(j);
    }
    if (found.size > most) return [];
  }
  return [...found];
}

/**
 * How the areas set apart move into a free corner beside the others.
 * @param {Box[]} boxes
 * @param {number[]} apart
 * @returns {{frame: Box, scale: number, dx: number, dy: number}} x becomes x * scale + dx
 */
export function placeInset(boxes, apart) {
  const rest = around(boxes.filter((_, i) => !apart.includes(i)));
  const far = around(apart.map((i) => boxes[i]));
  const side = Math.max(rest.w, rest.h) * SIZE;
  const scale = (side * 0.8) / Math.max(far.w, far.h);
  const [w, h] = [far.w * scale + side * 0.2, far.h * scale + side * 0.2];
  const corners = [
    [rest.x, rest.y],
    [rest.x + rest.w - w, rest.y],
    [rest.x, rest.y + rest.h - h],
    [rest.x + rest.w - w, rest.y + rest.h - h],
    [rest.x - w * 1.1, rest.y + rest.h - h],
  ].map(([x, y]) => ({ x, y, w, h }));
  const met = (/** @type {Box} */ one) =>
    boxes.filter((box, i) => !apart.includes(i) && overlap(one, box)).length;
  const frame = corners.find((one) => !met(one)) ?? corners[4];
  const dx = frame.x + frame.w / 2 - (far.x + far.w / 2) * scale;
  const dy = frame.y + frame.h / 2 - (far.y + far.h / 2) * scale;
  return { frame, scale, dx, dy };
}

/**
 * Places of the boxes, farthest from the middle one first: so many in order, then the rest.
 * @param {Box[]} boxes
 * @param {number} most
 */
function byDistance(boxes, most) {
  const middle = (/** @type {(box: Box) => number} */ of) =>
    Float64Array.from(boxes, of).sort()[boxes.length >> 1];
  const x = middle((box) => box.x + box.w / 2);
  const y = middle((box) => box.y + box.h / 2);
  const away = Float64Array.from(boxes, (box) =>
    Math.hypot(box.x + box.w / 2 - x, box.y + box.h / 2 - y),
  );
  const limit = away.slice().sort()[boxes.length - most] ?? Infinity;
  const places = [...boxes.keys()];
  const far = places.filter((i) => away[i] >= limit).sort((a, b) => away[b] - away[a]);
  return [...far, ...places.filter((i) => away[i] < limit)];
}

/** @param {Box[]} boxes @returns {Box} */
export function around(boxes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.w);
    bottom = Math.max(bottom, box.y + box.h);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** @param {Box} box */
function extent({ w, h }) {
  return Math.max(w, h);
}

/** @param {Box} a @param {Box} b */
function touch(a, b) {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
