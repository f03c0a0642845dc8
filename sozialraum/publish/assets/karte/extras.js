/** @module extras: areas alike, offers in the area, and what the build says of it. */

import { el } from "./dom.js";
import { offersOf } from "./offer_lines.js";
import { pointName } from "./words.js";

const MOST_ALIKE = 3;

/** @param {any} app @param {number} i */
export function extras(app, i) {
  const { data } = app;
  const further = data.extras.flatMap((/** @type {any} */ extra) => {
    const lines = extra.lines[i];
    if (!lines.length) return [];
    return [el("h3", {}, extra.label), ...lines.map((/** @type {string} */ t) => el("p", {}, t))];
  });
  const points = data.points.filter((/** @type {any} */ layer) => !layer.listed);
  const here = points.flatMap(offersHere(app, i));
  return [...alikeBlock(app, i), ...here, ...offersOf(app, i), ...further];
}

/** @param {any} app @param {number} i */
function offersHere({ words }, i) {
  return (/** @type {any} */ layer) => {
    const here = layer.points.filter((/** @type {any[]} */ point) => point[4] === i);
    if (!here.length) return [];
    const told = words.say("points_here", { label: layer.label, n: here.length });
    const names = here.map((/** @type {any[]} */ [, , name, kind]) =>
      el("li", {}, pointName(name, kind)),
    );
    return [el("h3", {}, told), el("ul", {}, ...names)];
  };
}

/** @param {any} app @param {number} i */
function alikeBlock(app, i) {
  const { data, state, words } = app;
  const near = alike(app.edition().parts.slice(0, -1), i);
  if (!near.length) return [];
  const compare = (/** @type {number} */ j) => () => {
    state.other = j;
    app.refresh();
  };
  const buttons = near.map((j) =>
    el("button", { type: "button", on: { click: compare(j) } }, data.names[j]),
  );
  const how = el("p", { class: "klein" }, words.T.alike_how);
  const row = el("div", { class: "profilknoepfe" }, ...buttons);
  return [el("div", { class: "aehnlich" }, el("h3", {}, words.T.alike), how, row)];
}

/**
 * Areas alike: smallest distance between the contributions of the published index.
 * @param {(number | null)[][]} parts per indicator and area
 * @param {number} i
 * @returns {number[]}
 */
export function alike(parts, i) {
  if (!parts.length || parts.some((row) => row[i] === null)) return [];
  const away = new Float64Array(parts[0].length);
  for (const row of parts) {
    const here = Number(row[i]);
    row.forEach((value, j) => {
      away[j] += value === null ? Infinity : (here - value) ** 2;
    });
  }
  /** @type {number[]} */
  const near = [];
  away.forEach((one, j) => {
    if (j === i || one === Infinity || one >= (away[near[MOST_ALIKE - 1]] ?? Infinity)) return;
    const at = near.findIndex((other) => one < away[other]);
    near.splice(at < 0 ? near.length : at, 0, j);
    near.length = Math.min(near.length, MOST_ALIKE);
  });
  return near;
}
