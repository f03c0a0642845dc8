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
  const ends = editions.map(endsOf);
  const low = Math.min(...ends.map((one) => one.low));
  const high = Math.max(...ends.map((one) => one.high));
  const span = Math.max(high - low, 1e-9);
  return (value) => {
    const share = Math.min(Math.max((value - low) / span, 0), 1);
    return EDGE + (isBurden ? share : 1 - share) * (WIDE - 2 * EDGE);
  };
}

/** @type {WeakMap<any, {low: number, high: number}>} */
const known = new WeakMap();

/** Least and greatest value of a column; looked for once. @param {(number | null)[]} values */
function endsOf(values) {
  let ends = known.get(values);
  if (ends) return ends;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  ends = { low, high };
  known.set(values, ends);
  return ends;
}

const MANY = 600; // ticks that can be told apart

/**
 * Where there is at least one area: one tick each, however many they are.
 * @param {(number | null)[]} values
 * @param {(value: number) => number} at
 */
export function ticks(values, at) {
  const fine = values.length > MANY ? 2 : 10; // places per unit
  const found = new Uint8Array(WIDE * fine + 1);
  for (const value of values) if (value !== null) found[Math.round(at(value) * fine)] = 1;
  let told = "";
  found.forEach((one, place) => {
    if (one) told += `M${place / fine} 4v10`;
  });
  return told;
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
  const parts = [svg("path", { class: "striche", d: ticks(values, at) })];
  const city = edition.city[k];
  if (city !== null) parts.push(svg("path", { class: "stadt", d: `M${at(city).toFixed(1)} 1v16` }));
  const isNew = data.indicators[k].newFrom === state.year; // counted otherwise before
  const before = state.year > 0 && !isNew ? data.editions[state.year - 1].values[k][i] : null;
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
