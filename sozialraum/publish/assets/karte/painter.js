/** @module painter: areas in their colours: elements up to some thousand, a canvas above. */

import { svg } from "./dom.js";
import { path } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Box} Box
 * @typedef {object} Painter
 * @property {any} node below the marks
 * @property {any[]} inWorld groups that belong into the moved drawing, in order
 * @property {(fills: string[]) => void} dye per area a colour or the name of a pattern
 * @property {(over: string[]) => void} stripe per area a pattern over its colour, or nothing
 * @property {(box: Box, width: number, height: number) => void} show
 */

/* Measured with 33,755 areas: a canvas repaints them in a third of the time of as many elements;
   below some thousand, elements are as fast, print sharply and obey forced colours. */
export const MOST_ELEMENTS = 6000;

/** @param {Shape[]} shapes @param {string} prefix of the patterns @returns {Painter} */
export function makePainter(shapes, prefix) {
  return shapes.length > MOST_ELEMENTS ? canvasPainter(shapes) : elementPainter(shapes, prefix);
}

/** How wide a border is drawn: small areas are not to drown in theirs. */
/** @param {number} pixels mean area of a drawn area */
export function borderWidth(pixels) {
  return Math.max(0.3, Math.min(1, Math.sqrt(pixels) / 45));
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
    dye(fills) {
      fills.forEach((fill, i) => {
        if (fill !== last[i]) areas[i].setAttribute("fill", asFill(fill));
      });
      last = fills;
    },
    stripe(over) {
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

/**
 * One path per colour: 33,755 areas are some ten fills and one stroke.
 * @param {Shape[]} shapes
 * @returns {Painter}
 */
function canvasPainter(shapes) {
  const node = /** @type {any} */ (document.createElement("canvas"));
  node.className = "boden";
  const pen = node.getContext("2d");
  const traced = shapes.map((shape) => new Path2D(path(shape)));
  const borders = new Path2D();
  for (const one of traced) borders.addPath(one);
  /** @type {Map<string, Path2D>} */
  let byFill = new Map();
  /** @type {Map<string, Path2D>} */
  let overlaid = new Map();
  /** @type {[Box, number, number] | null} */
  let last = null;
  const gathered = (/** @type {string[]} */ fills) => {
    /** @type {Map<string, Path2D>} */
    const found = new Map();
    fills.forEach((fill, i) => {
      if (!found.has(fill)) found.set(fill, new Path2D());
      found.get(fill)?.addPath(traced[i]);
    });
    return found;
  };
  function show(/** @type {Box} */ box, /** @type {number} */ width, /** @type {number} */ height) {
    last = [box, width, height];
    const fine = window.devicePixelRatio || 1;
    [node.width, node.height] = [Math.round(width * fine), Math.round(height * fine)];
    const scale = (width / box.w) * fine;
    pen.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
    const ink = (/** @type {string} */ fill) =>
      fill.length > 1 ? fill : hatch(pen, fill, 1 / scale, fine);
    for (const [fill, one] of [...byFill, ...overlaid]) {
      pen.fillStyle = ink(fill);
      pen.fill(one, "evenodd");
    }
    pen.lineWidth = (0.4 * fine) / scale;
    pen.strokeStyle = "#43525f";
    pen.stroke(borders);
  }
  const again = () => last && show(...last);
  return {
    node,
    inWorld: [],
    show,
    dye(fills) {
      byFill = gathered(fills);
      again();
    },
    stripe(over) {
      overlaid = gathered(over);
      overlaid.delete("");
      again();
    },
  };
}

/** What a letter is drawn as where there are no elements. @type {Record<string, string[]>} */
const HATCHES = {
  s: ["#ffffff", "#555555", "\\"],
  k: ["#ffffff", "#666666", "+"],
  m: ["#ffffff", "#555555", "."],
  u: ["#e3e3e3", "#bdbdbd", "-"],
  n: ["#f2f2f2", "#777777", "-"],
  z: ["", "#f08a24", "\\"],
  y: ["", "#8073ac", "."],
};

/**
 * A tile of 8 pixels that keeps its size on the screen, whatever the scale.
 * @param {any} pen
 * @param {string} letter
 * @param {number} size metres per pixel
 * @param {number} fine
 */
function hatch(pen, letter, size, fine) {
  const [ground, ink, kind] = HATCHES[letter];
  const tile = document.createElement("canvas");
  [tile.width, tile.height] = [8, 8];
  const brush = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  brush.fillStyle = ground || "transparent";
  brush.fillRect(0, 0, 8, 8);
  brush.fillStyle = ink;
  if (kind === "\\") for (let i = 0; i < 8; i++) brush.fillRect(i, i, 3, 1);
  if (kind === "\\") brush.fillRect(0, 6, 1, 1);
  if (kind === "+" || kind === "-") brush.fillRect(0, 0, 8, 1.4);
  if (kind === "+") brush.fillRect(0, 0, 1.4, 8);
  if (kind === ".") brush.fillRect(3, 3, 3, 3);
  const pattern = pen.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix([size * fine, 0, 0, size * fine, 0, 0]));
  return pattern;
}
