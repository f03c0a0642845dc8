/** @module names: class numbers, names and letters on the map, where they fit. */

import { el } from "./dom.js";
import { placeName } from "./labels.js";
import { sizeOf } from "./marks.js";
import { placeWords } from "./pointnames.js";
import { contains } from "./shapes.js";

const LEAST_ROOM = 9; // pixels around a class number
const MOST_NAMES = 250;
const NEAR = { x: 150, y: 60 }; // pixels: dots farther away meet no name

/**
 * @typedef {{nr: string, ink: string, bare: boolean}} Ink
 * @param {import("./world.js").World} world
 * @param {any} data
 * @param {ReturnType<typeof import("./camera.js").makeCamera>} camera
 */
export function makeNames(world, data, camera) {
  const host = el("div", { class: "namen" });
  /** @type {{i: number, nr: any, node: any}[]} */
  let labelled = [];
  /** @type {(i: number) => Ink} */
  let inkOf = () => ({ nr: "", ink: "#111111", bare: true });

  /** @param {boolean[]} shown per outline, then per layer of offers */
  function place(shown) {
    const { toScreen, sees, scale } = camera;
    const dots = world.points.flatMap((layer, k) =>
      shown[world.outlines.length + k] ? layer.map(toScreen) : [],
    );
    const least = LEAST_ROOM / scale(); // metres: of very many areas few have room
    const room = [...world.spots.keys()]
      .filter((i) => (world.spots[i].free >= least || data.letters[i]) && told(i))
      .map((i) => ({ i, free: world.spots[i].free * scale(), at: toScreen(world.spots[i].at) }))
      .filter(({ at }) => sees(at))
      .sort((a, b) => b.free - a.free)
      .slice(0, MOST_NAMES);
    labelled = room.flatMap((one) => nameOf(one, dots));
    const outlines = world.outlines.flatMap((layer, k) => (shown[k] ? layer.map(outline) : []));
    const beside = besidePoints(world, data, camera, shown.slice(world.outlines.length));
    host.replaceChildren(...labelled.map(({ node }) => node), ...outlines, ...beside);
    fill();
  }
  const told = (/** @type {number} */ i) =>
    !data.unnamed || data.names[i] !== "" || data.letters[i];
  /** @param {{i: number, free: number, at: number[]}} one @param {number[][]} dots */
  function nameOf({ i, free, at }, dots) {
    const near = dots
      .map(([x, y]) => ({ x: x - at[0], y: y - at[1] }))
      .filter((dot) => Math.abs(dot.x) < NEAR.x && Math.abs(dot.y) < NEAR.y);
    const inside = (/** @type {number} */ x, /** @type {number} */ y) =>
      contains(world.shapes[i], camera.here(at[0] + x, at[1] + y));
    const found = placeName(data.names[i], free, near, inside);
    const letter = data.letters[i];
    if (!found && !letter) return [];
    const { lines, x, y } = found ?? { lines: [], x: 0, y: 0 };
    const nr = el("span", { class: "nr" });
    const badge = letter ? [el("b", { class: "brief" }, letter)] : [];
    const told = lines.map((line) => el("span", { class: "ort" }, line));
    const node = el("div", { class: "schrift" }, ...badge, nr, ...told);
    return [{ i, nr, node: standing(node, [at[0] + x, at[1] + y]) }];
  }
  const outline = (/** @type {{at: any, name: string}} */ { at, name }) =>
    standing(el("div", { class: "schrift umriss" }, name), camera.toScreen(at));
  function fill() {
    for (const { i, nr, node } of labelled) {
      const { nr: number, ink, bare } = inkOf(i);
      nr.textContent = number;
      node.style.color = ink;
      node.classList.toggle("hell", bare);
    }
  }
  return {
    host,
    place,
    ink(/** @type {(i: number) => Ink} */ of) {
      inkOf = of;
      fill();
    },
  };
}

/**
 * Places with words of their own: what they are called, or how much they get.
 * @param {import("./world.js").World} world
 * @param {any} data
 * @param {ReturnType<typeof import("./camera.js").makeCamera>} camera
 * @param {boolean[]} on per layer of places
 */
function besidePoints(world, data, camera, on) {
  const { width, height } = camera.shown();
  const pen = /** @type {any} */ (document.createElement("canvas").getContext("2d"));
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`; // as .schrift
  const signs = data.points.flatMap((/** @type {any} */ layer, /** @type {number} */ nr) =>
    !on[nr]
      ? []
      : world.points[nr].map((at, k) => {
          const [x, y] = camera.toScreen(at);
          const word = layer.words?.[k] ?? "";
          return { x, y, r: 7 * sizeOf(layer, k), word, wide: pen.measureText(word).width };
        }),
  );
  return placeWords(signs, width, height).flatMap((at, k) =>
    at ? [standing(el("div", { class: "schrift hell" }, signs[k].word), [at.x, at.y])] : [],
  );
}

/** @param {any} node @param {number[]} at */
function standing(node, [x, y]) {
  node.style.left = `${x.toFixed(1)}px`;
  node.style.top = `${y.toFixed(1)}px`;
  return node;
}
