/** @module map: the drawing of the city: colours, marks and names under one camera. */

import { makeCamera } from "./camera.js";
import { el, svg } from "./dom.js";
import { makeMarks } from "./marks.js";
import { makeNames } from "./names.js";
import { makePainter } from "./painter.js";
import { makeFinder, roundLength } from "./shapes.js";
import { makeWorld } from "./world.js";

const PHONE = 600; // pixels: below, offers are drawn smaller
const HIT = 7; // pixels around the middle of an offer
const BAR = 100; // pixels: the longest scale bar
const PATTERNS = "skmunzy"; // keep their size on the screen while the map grows

/**
 * @param {any} host
 * @param {any} data
 */
export function makeMap(host, data) {
  const world = makeWorld(data);
  const camera = makeCamera(world.whole);
  const prefix = data.prefix ?? "flaeche";
  const painter = makePainter(world, prefix);
  const marks = makeMarks(world, data);
  const names = makeNames(world, data, camera);
  const find = onceAsked(() => makeFinder(world.shapes, world.boxes, world.whole));
  const patterns = copyPatterns(prefix);
  const moved = svg("g", { class: "welt" }, ...painter.inWorld, ...marks.inWorld);
  const kept = svg("defs", {}, ...patterns);
  const drawing = svg("svg", { class: "zeichnung" }, kept, moved, ...marks.onScreen);
  const bar = el("div", { class: "massstab" });
  const seen = [painter.node, drawing, names.host, bar].filter(Boolean);
  host.append(el("div", { class: "lagen", "aria-hidden": "true" }, ...seen));
  const shown = [...data.outlines, ...data.points].map(() => false);

  function draw() {
    const { box, width, height } = camera.shown();
    const scale = camera.scale();
    painter.show(box, width, height);
    moved.setAttribute("transform", `scale(${scale}) translate(${-box.x} ${-box.y})`);
    for (const one of patterns) one.setAttribute("patternTransform", counter(one, scale));
    marks.place(camera.toScreen, width < PHONE ? 4 : 5.5);
    names.place(shown);
    scaleBar(bar, scale);
  }
  const then = followed(draw);
  const sized = () => camera.resize(host.clientWidth, host.clientHeight);
  const anew = then(sized);
  return {
    host,
    resize: () => camera.isSized(host.clientWidth, host.clientHeight) || anew(),
    home: then(() => {
      sized();
      camera.home();
    }),
    zoom: then(camera.zoom),
    pan: then(camera.pan),
    closeUp: then((i) => camera.closeUp(world.boxes[i])),
    /** Move only if the area is out of sight. */
    reveal(/** @type {number} */ i) {
      const [x, y] = world.spots[i].at;
      if (!camera.sees(camera.toScreen([x, y]))) then(camera.lookAt)(x, y, camera.shown().box.w);
    },
    areaAt: (/** @type {number} */ x, /** @type {number} */ y) => find()(camera.here(x, y)),
    pointAt: (/** @type {number} */ x, /** @type {number} */ y) =>
      offerAt(world.points, shown.slice(data.outlines.length), camera, [x, y]),
    paint(/** @type {string[]} */ fills, /** @type {string[]} */ over, /** @type {any} */ ink) {
      painter.paint(fills, over);
      names.ink(ink);
    },
    choose: marks.choose,
    sieve: marks.sieve,
    toggle(/** @type {number} */ k, /** @type {boolean} */ on) {
      shown[k] = on;
      marks.toggle(k, on);
      names.place(shown);
    },
  };
}

/** What is made when it is first asked for. @param {() => any} make */
function onceAsked(make) {
  /** @type {any} */
  let made = null;
  return () => (made ??= make());
}

/** A move of the camera, followed by something. @param {() => void} after */
function followed(after) {
  return (/** @type {(...all: any[]) => void} */ move) =>
    (/** @type {any[]} */ ...all) => {
      move(...all);
      after();
    };
}

/** @param {any} bar @param {number} scale pixels per metre */
function scaleBar(bar, scale) {
  const metres = roundLength(Math.max(1, BAR / scale));
  bar.style.width = `${metres * scale}px`;
  bar.textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
}

/**
 * The offer under a point of the screen, as [layer, place]; null = none.
 * @param {any[][]} layers
 * @param {boolean[]} shown
 * @param {any} camera
 * @param {number[]} at
 */
function offerAt(layers, shown, camera, [x, y]) {
  for (const [k, layer] of layers.entries()) {
    const found = layer.findIndex((one) => {
      const [px, py] = camera.toScreen(one);
      return Math.abs(px - x) < HIT && Math.abs(py - y) < HIT;
    });
    if (shown[k] && found >= 0) return [k, found];
  }
  return null;
}

/**
 * The patterns of the legend once more, for the drawing that grows and shrinks.
 * @param {string} prefix
 */
function copyPatterns(prefix) {
  return [...PATTERNS].map((letter) => {
    const found = /** @type {any} */ (document.getElementById(`muster-${letter}`));
    const copy = found.cloneNode(true);
    copy.id = `${prefix}-${letter}`;
    copy.dataset.dreh = copy.getAttribute("patternTransform") ?? "";
    return copy;
  });
}

/** @param {any} pattern @param {number} scale */
function counter(pattern, scale) {
  return `scale(${1 / scale}) ${pattern.dataset.dreh}`.trim();
}
