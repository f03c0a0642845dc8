/** @module canvas: very many areas as pixels: where they lie is found once per move of the map. */

import { dye, mixed, pixel, rasterise } from "./raster.js";
import { borderWidth } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {import("./shapes.js").Box} Box
 */

const BORDER = "#43525f";
const TILE = 8; // pixels
const ON_PAPER = 2; // pixels of a drawing per pixel of the page; of more Chromium prints a part

/**
 * Paths would not do: thousands of areas in one are filled in the square of their number, and one
 * each takes as long. Here every row of an area is filled by itself, and another year or view only
 * looks up colours.
 * @param {Shape[]} shapes
 * @param {Box[]} boxes
 * @returns {import("./painter.js").Painter}
 */
export function canvasPainter(shapes, boxes) {
  const [node, sheet] = [document.createElement("canvas"), document.createElement("canvas")];
  node.className = "boden";
  const [pen, brush] = [penOf(node), penOf(sheet)];
  let ids = new Int32Array(0);
  let image = brush.createImageData(1, 1);
  let [finer, border] = [1, 1]; // pixels per pixel of the page, share of ink at borders
  /** @type {[string[], string[]]} */
  let last = [[], []];
  function draw() {
    if (!ids.length || !last[0].length) return;
    if (image.width !== sheet.width || image.height !== sheet.height) {
      image = brush.createImageData(sheet.width, sheet.height);
    }
    const pixels = new Uint32Array(image.data.buffer);
    dye(ids, sheet.width, looksOf(...last, border, TILE * finer), pixels);
    brush.putImageData(image, 0, 0);
    pen.clearRect(0, 0, node.width, node.height);
    pen.drawImage(sheet, 0, 0, node.width, node.height);
  }
  return {
    node,
    inWorld: [],
    paint(fills, over) {
      last = [fills, over];
      draw();
    },
    show(box, width, height) {
      const printed = document.documentElement.classList.contains("druck");
      const fine = printed ? ON_PAPER : window.devicePixelRatio || 1;
      const twice = fine < 2 ? 2 : 1; // smooth borders
      [node.width, node.height] = [Math.round(width * fine), Math.round(height * fine)];
      [sheet.width, sheet.height] = [node.width * twice, node.height * twice];
      finer = fine * twice;
      const n = sheet.width * sheet.height;
      if (ids.length !== n) ids = new Int32Array(n);
      const scale = sheet.width / box.w;
      const frame = { x: box.x, y: box.y, scale, width: sheet.width, height: sheet.height };
      const seen = rasterise(shapes, boxes, frame, ids);
      border = borderWidth((width * height) / Math.max(seen, 1));
      draw();
    },
  };
}

/** @param {HTMLCanvasElement} canvas */
function penOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * Colours, borders and patterns of every area, as pixels.
 * @param {string[]} fills
 * @param {string[]} over
 * @param {number} border
 * @param {number} size of a tile in pixels
 * @returns {import("./raster.js").Looks}
 */
function looksOf(fills, over, border, size) {
  const side = Math.max(1, Math.round(size));
  const letters = Object.keys(HATCHES);
  const [inks, grounds] = [1, 2].map(() => new Uint32Array(2 * fills.length + 1));
  /** @type {Map<string, number[]>} */
  const known = new Map();
  fills.forEach((fill, i) => {
    let found = known.get(fill);
    if (!found) {
      const colour = fill.length > 1 ? fill : HATCHES[fill][0];
      found = [pixel(colour), pixel(mixed(colour, BORDER, border)), letters.indexOf(fill) + 1];
      known.set(fill, found);
    }
    const tile = over[i] ? letters.indexOf(over[i]) + 1 : found[2];
    grounds[2 * i + 1] = found[0];
    inks[2 * i + 1] = tile || found[0];
    inks[2 * i + 2] = found[1];
  });
  return { inks, grounds, tiles: letters.map((letter) => tileOf(letter, side)), side };
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
 * A square of a pattern, as pixels; 0 where the ground is seen.
 * @param {string} letter
 * @param {number} side pixels
 */
function tileOf(letter, side) {
  const key = letter + side;
  if (!tiles.has(key)) tiles.set(key, drawTile(letter, side));
  return /** @type {Uint32Array} */ (tiles.get(key));
}

/** @type {Map<string, Uint32Array>} */
const tiles = new Map();

/** @param {string} letter @param {number} side */
function drawTile(letter, side) {
  const [ground, ink, kind] = HATCHES[letter];
  const tile = document.createElement("canvas");
  [tile.width, tile.height] = [side, side];
  const brush = penOf(tile);
  brush.scale(side / TILE, side / TILE);
  brush.fillStyle = ground || "transparent";
  brush.fillRect(0, 0, 8, 8);
  brush.fillStyle = ink;
  if (kind === "\\") for (let i = 0; i < 8; i++) brush.fillRect(i, i, 3, 1);
  if (kind === "\\") brush.fillRect(0, 6, 1, 1);
  if (kind === "+" || kind === "-") brush.fillRect(0, 0, 8, 1.4);
  if (kind === "+") brush.fillRect(0, 0, 1.4, 8);
  if (kind === ".") brush.fillRect(3, 3, 3, 3);
  const pixels = new Uint32Array(brush.getImageData(0, 0, side, side).data.buffer);
  return pixels.map((one) => (one >>> 24 > 127 ? (one | 0xff000000) >>> 0 : 0));
}
