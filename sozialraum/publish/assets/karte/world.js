/** @module world: everything of the data that has a place, on one flat page in metres. */

import { exclaves, placeInset } from "./inset.js";
import { boundsOf, projection, ring } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./shapes.js").Box} Box
 * @typedef {object} World
 * @property {Shape[]} shapes per area
 * @property {{at: Point, free: number}[]} spots per area where a name may stand
 * @property {{lines: Shape, at: Point, name: string}[][]} outlines per layer
 * @property {Point[][]} points per layer
 * @property {Box} whole
 * @property {Box | null} inset
 */

/** @param {any} data @returns {World} */
export function makeWorld(data) {
  const project = projection(data.spots[0]?.[0] ?? 0, data.spots[0]?.[1] ?? 0);
  const drawn = data.shapes.map((/** @type {number[][][]} */ parts) =>
    parts.flat().map((steps) => ring(/** @type {any} */ (steps), project)),
  );
  const apart = apartOf(drawn);
  const shapes = drawn.map((/** @type {Shape} */ shape, /** @type {number} */ i) =>
    shape.map((points) => points.map((n, k) => apart.move(i, n, k % 2))),
  );
  const moved = (/** @type {number} */ i, /** @type {Point} */ [x, y]) =>
    /** @type {Point} */ ([apart.move(i, x, 0), apart.move(i, y, 1)]);
  const whole = boundsOf(apart.frame ? [...shapes, [corners(apart.frame)]] : shapes);
  return {
    shapes,
    whole,
    inset: apart.frame,
    spots: data.spots.map((/** @type {number[]} */ [lat, lon, free], /** @type {number} */ i) => ({
      at: moved(i, project(lat, lon)),
      free: free * apart.size(i),
    })),
    outlines: data.outlines.map((/** @type {any} */ layer) =>
      layer.lines.map((/** @type {number[][]} */ lines, /** @type {number} */ k) => ({
        lines: lines.map((steps) => ring(steps, project)),
        at: project(layer.spots[k][0], layer.spots[k][1]),
        name: layer.names[k],
      })),
    ),
    points: data.points.map((/** @type {any} */ layer) =>
      layer.points.map((/** @type {any[]} */ [lat, lon, , , home]) =>
        moved(home, project(lat, lon)),
      ),
    ),
  };
}

/**
 * Which areas move into the inset, and how.
 * @param {Shape[]} shapes
 */
function apartOf(shapes) {
  const boxes = shapes.map((shape) => boundsOf([shape]));
  const far = exclaves(boxes);
  if (!far.length) {
    return {
      frame: null,
      size: () => 1,
      move: (/** @type {number} */ _, /** @type {number} */ n) => n,
    };
  }
  const { frame, scale, dx, dy } = placeInset(boxes, far);
  const isFar = new Set(far);
  return {
    frame,
    size: (/** @type {number} */ i) => (isFar.has(i) ? scale : 1),
    move: (/** @type {number} */ i, /** @type {number} */ n, /** @type {number} */ axis) =>
      isFar.has(i) ? n * scale + (axis ? dy : dx) : n,
  };
}

/** @param {Box} box */
export function corners({ x, y, w, h }) {
  return Float64Array.from([x, y, x + w, y, x + w, y + h, x, y + h]);
}
