/** @module shapes: whole numbers of the data -> metres on a flat page; what lies where. Pure. */

const METRES_PER_DEGREE = 111195;
const UNITS_PER_DEGREE = 1e5;

/**
 * @typedef {[number, number]} Point metres to the right and down
 * @typedef {Float64Array} Ring x, y, x, y, …
 * @typedef {Ring[]} Shape all rings of an area, holes included (even-odd rule)
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @typedef {(latitude: number, longitude: number) => Point} Project
 */

/**
 * Degrees -> metres around a middle; good to some parts in a thousand over a city.
 * @param {number} north latitude of the middle
 * @param {number} east longitude of the middle
 * @returns {Project}
 */
export function projection(north, east) {
  const across = METRES_PER_DEGREE * Math.cos((north * Math.PI) / 180);
  return (latitude, longitude) => [
    (longitude - east) * across,
    (north - latitude) * METRES_PER_DEGREE,
  ];
}

/**
 * @param {ArrayLike<number>} steps first point, then differences; longitude first, 1e-5 degrees
 * @param {Project} project
 * @param {Ring} [points] where they are written
 * @returns {Ring}
 */
export function ring(steps, project, points = new Float64Array(steps.length)) {
  let [x, y] = [0, 0];
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    const [right, down] = project(y / UNITS_PER_DEGREE, x / UNITS_PER_DEGREE);
    points[i] = right;
    points[i + 1] = down;
  }
  return points;
}

/**
 * @param {Shape} shape
 * @param {boolean} [open] lines instead of areas
 * @returns {string} the `d` of a path
 */
export function path(shape, open = false) {
  return shape.map((points) => `M${line(points)}${open ? "" : "Z"}`).join("");
}

/** @param {Ring} points */
function line(points) {
  /** @type {string[]} */
  const told = [];
  for (let i = 0; i < points.length; i += 2) {
    told.push(`${Math.round(points[i] * 10) / 10} ${Math.round(points[i + 1] * 10) / 10}`);
  }
  return told.join("L");
}

/** @param {Shape[]} shapes @returns {Box} */
export function boundsOf(shapes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const shape of shapes) {
    for (const points of shape) {
      for (let i = 0; i < points.length; i += 2) {
        left = Math.min(left, points[i]);
        right = Math.max(right, points[i]);
        top = Math.min(top, points[i + 1]);
        bottom = Math.max(bottom, points[i + 1]);
      }
    }
  }
  if (left > right) return { x: 0, y: 0, w: 1, h: 1 };
  return { x: left, y: top, w: Math.max(right - left, 1), h: Math.max(bottom - top, 1) };
}

/**
 * Whether a point lies in a shape; holes are outside.
 * @param {Shape} shape
 * @param {Point} at
 */
export function contains(shape, [x, y]) {
  let inside = false;
  for (const points of shape) {
    const n = points.length;
    for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
      const [above, below] = [points[i + 1], points[j + 1]];
      if (above > y === below > y) continue;
      const cut = points[i] + ((points[j] - points[i]) * (y - above)) / (below - above);
      if (x < cut) inside = !inside;
    }
  }
  return inside;
}

/**
 * Which area lies under a point: a grid of boxes first, then the rings.
 * @param {Shape[]} shapes
 * @param {Box[]} boxes around them
 * @param {Box} all around all of them
 * @returns {(at: Point) => number | null}
 */
export function makeFinder(shapes, boxes, all) {
  const n = Math.max(1, Math.ceil(Math.sqrt(shapes.length)));
  const cell = (/** @type {number} */ share) => Math.min(Math.max(Math.floor(share * n), 0), n - 1);
  /** @type {number[][]} */
  const cells = Array.from({ length: n * n }, () => []);
  boxes.forEach((box, i) => {
    const [first, last] = [box.x, box.x + box.w].map((x) => cell((x - all.x) / all.w));
    const [top, bottom] = [box.y, box.y + box.h].map((y) => cell((y - all.y) / all.h));
    for (let row = top; row <= bottom; row++) {
      for (let column = first; column <= last; column++) cells[row * n + column].push(i);
    }
  });
  return ([x, y]) => {
    const near = cells[cell((y - all.y) / all.h) * n + cell((x - all.x) / all.w)];
    return near.find((i) => contains(shapes[i], [x, y])) ?? null;
  };
}

/**
 * The part of the page that shows `content` whole in a frame of `width` × `height` pixels.
 * @param {Box} content
 * @param {number} width
 * @param {number} height
 * @param {number} [margin] pixels
 * @returns {Box}
 */
export function fit(content, width, height, margin = 12) {
  const inner = Math.max(width - 2 * margin, 1);
  const tall = Math.max(height - 2 * margin, 1);
  const scale = Math.max(content.w / inner, content.h / tall);
  const [w, h] = [width * scale, height * scale];
  return { x: content.x + (content.w - w) / 2, y: content.y + (content.h - h) / 2, w, h };
}

/**
 * A round length for a scale bar: 1, 2 or 5 times a power of ten, at most `most` metres.
 * @param {number} most
 */
export function roundLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
}

/** How wide a border is drawn: small areas are not to drown in theirs. */
/** @param {number} pixels mean area of a drawn area */
export function borderWidth(pixels) {
  return Math.max(0.3, Math.min(1, Math.sqrt(pixels) / 45));
}
