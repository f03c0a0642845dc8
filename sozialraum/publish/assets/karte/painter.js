/** @module painter: areas in their colours: elements up to some thousand, a canvas above. */

import { svg } from "./dom.js";
import { many } from "./parts.js";
import { borderWidth, path } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Box} Box
 * @typedef {object} Painter
 * @property {any} node below the marks
 * @property {any[]} inWorld groups that belong into the moved drawing, in order
 * @property {(fills: string[], over: string[]) => void} paint per area a colour or the letter of
 *   a pattern, and a pattern over its colour or nothing
 * @property {(box: Box, width: number, height: number) => void} show
 */

/* Below, elements print sharply and obey forced colours; above, they take longer to make and to
   colour anew than a canvas does. */
export const MOST_ELEMENTS = 3000;

/**
 * @param {import("./world.js").World} world
 * @param {string} prefix of the patterns
 * @returns {Painter}
 */
export function makePainter({ shapes, boxes }, prefix) {
  return many.canvasPainter && shapes.length > MOST_ELEMENTS
    ? many.canvasPainter(shapes, boxes)
    : elementPainter(shapes, prefix);
}

/** @param {Shape[]} shapes @param {string} prefix @returns {Painter} */
function elementPainter(shapes, prefix) {
  const asFill = (/** @type {string} */ fill) =>
    fill.length > 1 ? fill : `url(#${prefix}-${fill})`; // a colour, or the letter of a pattern
  const lines = shapes.map((shape) => path(shape));
  const areas = lines.map((d) => svg("path", { class: "gebiet", d, "fill-opacity": 1 }));
  const ground = svg("g", { class: "gebiete" }, ...areas);
  const striped = svg("g", { class: "gestreift" });
  const core = svg("path", { class: "grenzen", d: lines.join("") });
  /** @type {string[]} */
  let last = [];
  return {
    node: null,
    inWorld: [ground, striped, core],
    paint(fills, over) {
      fills.forEach((fill, i) => {
        if (fill !== last[i]) areas[i].setAttribute("fill", asFill(fill));
      });
      last = fills;
      const here = lines.flatMap((d, i) =>
        over[i] ? [svg("path", { class: "streifen", fill: asFill(over[i]), d })] : [],
      );
      striped.replaceChildren(...here);
    },
    show(box, width) {
      const thin = borderWidth(((width / box.w) ** 2 * meanArea(shapes, box)) | 0);
      ground.style.strokeWidth = `${2.6 * thin}px`;
      core.style.strokeWidth = `${Math.max(0.4, thin)}px`;
    },
  };
}

/** @param {Shape[]} shapes @param {Box} box */
function meanArea(shapes, box) {
  return (box.w * box.h) / shapes.length;
}
