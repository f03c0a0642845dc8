/** @module marks: what stands above the colours: contours, outlines, offers, the inset. */

import { svg } from "./dom.js";
import { path } from "./shapes.js";
import { corners } from "./world.js";

/** Offers differ by shape, never by hue: colour speaks of areas only. */
export const SIGNS = "■◆▲●▼✚";
const D = {
  "■": "M-1-1H1V1H-1Z",
  "◆": "M0-1.3L1.3 0L0 1.3L-1.3 0Z",
  "▲": "M0-1.3L1.2 1L-1.2 1Z",
  "●": "M-1.1 0A1.1 1.1 0 1 0 1.1 0A1.1 1.1 0 1 0-1.1 0Z",
  "▼": "M0 1.3L1.2-1L-1.2-1Z",
  "✚": "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
};

/** @param {number} nr place of a layer of offers */
export function signOf(nr) {
  return SIGNS[nr % SIGNS.length];
}

/**
 * A line on a white casing is seen on dark and on pale areas alike.
 * @param {import("./shapes.js").Shape} shape
 * @param {string} kind class of the line
 * @param {boolean} [open]
 */
function twoTone(shape, kind, open = false) {
  const d = path(shape, open);
  return ["saum", kind].map((name) => svg("path", { class: `${name} ${kind}-weg`, d }));
}

/**
 * @param {import("./world.js").World} world
 * @param {any} data
 */
export function makeMarks(world, data) {
  const [named, other, area] = ["genannte", "verglichen", "gewaehlt"].map((name) =>
    svg("g", { class: `marken ${name}` }),
  );
  const outlines = world.outlines.map((layer) =>
    svg("g", { class: "marken" }, ...layer.flatMap((one) => twoTone(one.lines, "umrisslinie"))),
  );
  const inset =
    world.inset && svg("path", { class: "ausschnitt", d: path([corners(world.inset)]) });
  data.letters.forEach((/** @type {string} */ letter, /** @type {number} */ i) => {
    if (letter) named.append(...twoTone(world.shapes[i], "genannt"));
  });
  const points = world.points.map((layer, nr) =>
    svg("g", { class: "punkte" }, ...layer.map(() => pointNode(data.points[nr], nr))),
  );
  const contour = (/** @type {any} */ group, /** @type {number | null} */ i) =>
    group.replaceChildren(...(i === null ? [] : twoTone(world.shapes[i], "auswahl")));
  for (const one of [...outlines, ...points]) one.style.display = "none";
  return {
    inWorld: [...(inset ? [inset] : []), ...outlines, named, other, area],
    onScreen: points,
    choose: (/** @type {number | null} */ i, /** @type {number | null} */ j) => {
      contour(area, i);
      contour(other, j);
    },
    toggle: (/** @type {number} */ k, /** @type {boolean} */ on) => {
      [...outlines, ...points][k].style.display = on ? "" : "none";
    },
    /** Show some of the offers of a layer. */
    sieve(/** @type {number} */ nr, /** @type {boolean[]} */ kept) {
      kept.forEach((on, k) => {
        points[nr].children[k].style.display = on ? "" : "none";
      });
    },
    place(/** @type {(at: any) => number[]} */ toScreen, /** @type {number} */ size) {
      world.points.forEach((layer, nr) =>
        layer.forEach((at, k) => {
          const [x, y] = toScreen(at).map((n) => n.toFixed(1));
          const own = size * sizeOf(data.points[nr], k);
          points[nr].children[k].setAttribute("transform", `translate(${x} ${y}) scale(${own})`);
        }),
      );
    },
  };
}

/** How much larger a sign is than most: its area goes by what it stands for. */
/** @param {any} layer @param {number} k */
export function sizeOf(layer, k) {
  return layer.sizes ? Math.max(0.35, Math.sqrt(layer.sizes[k]) * 2.2) : 1;
}

/** @param {any} layer @param {number} nr */
function pointNode(layer, nr) {
  const d = /** @type {any} */ (D)[layer.sign ?? signOf(nr)];
  const node = svg("path", { class: "punkt", d });
  if (layer.fill) {
    node.style.fill = layer.fill;
    node.style.stroke = "#1a1a1a";
  }
  return node;
}
