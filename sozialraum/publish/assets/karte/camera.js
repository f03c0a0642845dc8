/** @module camera: which part of the page is seen. The city never leaves the frame. Pure. */

import { fit } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Box} Box
 * @typedef {import("./shapes.js").Point} Point
 */

const CLOSEST = 1 / 40; // of the whole city: the smallest part that fills the map

/** @param {Box} whole */
export function makeCamera(whole) {
  let [width, height] = [1, 1];
  let box = whole;
  const scale = () => width / box.w;
  const start = () => fit(whole, width, height);
  const between = (
    /** @type {number} */ n,
    /** @type {number} */ low,
    /** @type {number} */ high,
  ) => Math.min(Math.max(n, low), high);
  const wide = (/** @type {number} */ w) => between(w, start().w * CLOSEST, start().w);

  /** @param {number} x @param {number} y @param {number} w */
  function look(x, y, w) {
    const all = start();
    const h = (w * height) / width;
    box = {
      x: between(x, all.x, all.x + all.w - w),
      y: between(y, all.y, all.y + all.h - h),
      w,
      h,
    };
  }
  /** @param {number} x @param {number} y @param {number} w */
  function lookAt(x, y, w) {
    look(x - w / 2, y - (w * height) / width / 2, w);
  }
  const here = (/** @type {number} */ x, /** @type {number} */ y) =>
    /** @type {Point} */ ([box.x + x / scale(), box.y + y / scale()]);
  return {
    shown: () => ({ box, width, height }),
    scale,
    here,
    lookAt,
    toScreen: (/** @type {number[]} */ [x, y]) => [(x - box.x) * scale(), (y - box.y) * scale()],
    sees: (/** @type {number[]} */ [x, y]) => x > 0 && y > 0 && x < width && y < height,
    isSized: (/** @type {number} */ w, /** @type {number} */ h) => w === width && h === height,
    /** The frame has another size: the whole city stays whole, else the middle stays. */
    resize(/** @type {number} */ w, /** @type {number} */ h) {
      const all = box.w >= start().w * 0.999 || width === 1;
      const middle = [box.x + box.w / 2, box.y + box.h / 2];
      [width, height] = [w || 1, h || 1];
      if (all) box = start();
      else lookAt(middle[0], middle[1], wide(box.w));
    },
    home() {
      box = start();
    },
    /** The point (x, y) of the screen stays where it is. */
    zoom(/** @type {number} */ factor, x = width / 2, y = height / 2) {
      const [px, py] = here(x, y);
      const w = wide(box.w / factor);
      if (w === start().w) box = start();
      else look(px - (x / width) * w, py - (y / width) * w, w);
    },
    pan(/** @type {number} */ right, /** @type {number} */ down) {
      look(box.x - right / scale(), box.y - down / scale(), box.w);
    },
    /** Show a part of the page with a quarter of the frame around it. */
    closeUp(/** @type {Box} */ part) {
      const near = fit(part, width, height, Math.min(width, height) / 4);
      lookAt(near.x + near.w / 2, near.y + near.h / 2, wide(near.w));
    },
  };
}
