/** @module world: everything of the data that has a place, on one flat page in metres. */

import { around, exclaves, placeInset } from "./inset.js";
import { boundsOf, projection, ring } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./shapes.js").Box} Box
 * @typedef {object} World
 * @property {Shape[]} shapes per area
 * @property {Box[]} boxes around them
 * @property {{at: Point, free: number}[]} spots per area where a name may stand
 * @property {{lines: Shape, at: Point, name: string}[][]} outlines per layer
 * @property {Point[][]} points per layer
 * @property {Box} whole
 * @property {Box | null} inset
 */

/** @param {any} data @returns {World} */
export function makeWorld(data) {
  const project = projection(data.spots[0]?.[0] ?? 0, data.spots[0]?.[1] ?? 0);
  const drawn = drawnShapes(data.shapes, project);
  const found = drawn.map((/** @type {Shape} */ shape) => boundsOf([shape]));
  const apart = apartOf(found);
  const shapes = drawn.map((/** @type {Shape} */ shape, /** @type {number} */ i) =>
    apart.far.has(i)
      ? shape.map((points) => points.map((n, k) => apart.move(i, n, k % 2)))
      : shape,
  );
  const boxes = found.map((/** @type {Box} */ box, /** @type {number} */ i) =>
    apart.far.has(i) ? boundsOf([shapes[i]]) : box,
  );
  const moved = (/** @type {number} */ i, /** @type {Point} */ [x, y]) =>
    /** @type {Point} */ ([apart.move(i, x, 0), apart.move(i, y, 1)]);
  return {
    shapes,
    boxes,
    whole: drawn.length ? around(apart.frame ? [...boxes, apart.frame] : boxes) : boundsOf([]),
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
 * All rings lie in one array: of very many areas that takes a tenth of the time.
 * @param {ArrayLike<number>[][][]} shapes
 * @param {import("./shapes.js").Project} project
 * @returns {Shape[]}
 */
function drawnShapes(shapes, project) {
  const rings = shapes.map((parts) => parts.flat());
  let n = 0;
  for (const one of rings) for (const steps of one) n += steps.length;
  const points = new Float64Array(n);
  let at = 0;
  return rings.map((one) =>
    one.map((steps) => ring(steps, project, points.subarray(at, (at += steps.length)))),
  );
}

/**
 * Which areas move into the inset, and how.
 * @param {Box[]} boxes
 */
function apartOf(boxes) {
  const far = exclaves(boxes);
  if (!far.length) {
    return {
      far: new Set(far),
      frame: null,
      size: () => 1,
      move: (/** @type {number} */ _, /** @type {number} */ n) => n,
    };
  }
  const { frame, scale, dx, dy } = placeInset(boxes, far);
  const isFar = new Set(far);
  return {
    far: isFar,
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
