/** @module ribbon: all areas in the order of burden, as one narrow picture. */

import { el, svg } from "./dom.js";
import { unknown } from "./words.js";

const LETTER = 5.5; // per cent of the narrowest band that a letter takes

/**
 * Places of letters in per cent of the width, in order, moved so far that none covers another.
 * @param {number[]} wanted
 * @returns {number[]}
 */
export function apart(wanted) {
  const step = Math.min(LETTER, 100 / Math.max(wanted.length, 1));
  /** @type {number[]} */
  const placed = [];
  for (const at of wanted) placed.push(Math.max(at, (placed.at(-1) ?? -step / 2) + step));
  for (let n = placed.length - 1, most = 100 - step / 2; n >= 0; n--, most -= step) {
    placed[n] = Math.min(placed[n], most);
  }
  return placed;
}

/**
 * Neighbours of one colour as one: where each begins and how many they are.
 * @param {string[]} fills
 */
export function runs(fills) {
  /** @type {{fill: string, at: number, n: number}[]} */
  const found = [];
  fills.forEach((fill, at) => {
    const last = found.at(-1);
    if (last?.fill === fill) last.n++;
    else found.push({ fill, at, n: 1 });
  });
  return found;
}

/**
 * One column per area, one path per colour, the letters above.
 * @param {any} app
 * @param {number[]} order
 */
export function ribbon(app, order) {
  const { data, state } = app;
  const view = data.views[0];
  const codes = view.codes[state.year];
  /** @type {Map<string, string>} */
  const columns = new Map();
  const fills = order.map((i) =>
    unknown(codes[i]) ? "#ffffff" : view.colours[parseInt(codes[i], 16)],
  );
  for (const { fill, at, n } of runs(fills)) {
    columns.set(fill, `${columns.get(fill) ?? ""}M${at} 0h${n}v1h-${n}z`);
  }
  const paths = [...columns].map(([fill, d]) => svg("path", { fill, d }));
  const box = `0 0 ${order.length} 1`;
  const drawn = svg("svg", { viewBox: box, preserveAspectRatio: "none" }, ...paths);
  const named = order.flatMap((i, place) => (data.letters[i] ? [[i, place]] : []));
  const at = apart(named.map(([, place]) => ((place + 0.5) / order.length) * 100));
  const letters = named.map(([i], n) => {
    const sign = el("b", { class: "brief" }, data.letters[i]);
    sign.style.left = `${at[n]}%`;
    return sign;
  });
  const band = el("div", { class: "band", "aria-hidden": "true" }, ...letters, drawn);
  band.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const { left, width } = band.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * order.length);
    if (order[place] !== undefined) app.choose(order[place]);
  });
  return band;
}
