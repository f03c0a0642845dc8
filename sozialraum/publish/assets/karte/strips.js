/** @module strips: where an area stands among all, one indicator at a time. */

import { svg } from "./dom.js";

const WIDE = 300;
const TALL = 18;
const EDGE = 7; // units kept free at both ends

/**
 * Values -> places on a strip; right is always more burden.
 * @param {(number | null)[][]} editions whole numbers per edition and area
 * @param {boolean} isBurden
 * @returns {(value: number) => number}
 */
export function placing(editions, isBurden) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of editions) {
    for (const value of values) {
      if (value === null) continue;
      [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  const span = Math.max(high - low, 1e-9);
  return (value) => {
    const share = Math.min(Math.max((value - low) / span, 0), 1);
    return EDGE + (isBurden ? share : 1 - share) * (WIDE - 2 * EDGE);
  };
}

/**
 * All areas as ticks (one path), the city, the year before, the compared and the chosen area.
 * @param {any} app
 * @param {number} k indicator
 * @param {number} i chosen area
 */
export function strip(app, k, i) {
  const { data, state } = app;
  const edition = app.edition();
  const values = edition.values[k];
  const all = data.editions.map((/** @type {any} */ e) => e.values[k]);
  const at = placing(all, data.indicators[k].direction === "burden");
  const ticks = values
    .map((/** @type {number | null} */ v) => (v === null ? "" : `M${at(v).toFixed(1)} 4v10`))
    .join("");
  const parts = [svg("path", { class: "striche", d: ticks })];
  const city = edition.city[k];
  if (city !== null) parts.push(svg("path", { class: "stadt", d: `M${at(city).toFixed(1)} 1v16` }));
  const before = state.year > 0 ? data.editions[state.year - 1].values[k][i] : null;
  const now = values[i];
  if (before !== null && now !== null) {
    const d = `M${at(before).toFixed(1)} 9H${at(now).toFixed(1)}`;
    parts.push(svg("path", { class: "weg", d }), dot("frueher", at(before), 3.5));
  }
  const other = state.other === null ? null : values[state.other];
  if (other !== null) {
    const box = { x: at(other) - 4.5, y: 4.5, width: 9, height: 9 };
    parts.push(svg("rect", { class: "vergleich", ...box }));
  }
  if (now !== null) parts.push(dot("hier", at(now), 5));
  const look = { class: "streifenbild", viewBox: `0 0 ${WIDE} ${TALL}`, "aria-hidden": "true" };
  return svg("svg", look, ...parts);
}

/** @param {string} kind @param {number} x @param {number} r */
function dot(kind, x, r) {
  return svg("circle", { class: kind, cx: x.toFixed(1), cy: TALL / 2, r });
}
