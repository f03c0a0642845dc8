/** @module trend: an area over the years, small and side by side, from zero. */

import { el, svg } from "./dom.js";

const WIDE = 120;
const TALL = 44;
const EDGE = 5;

/**
 * Lines through the known values; a gap where one is missing, or where another count begins.
 * @param {(number | null)[]} values
 * @param {(k: number) => number} x
 * @param {(value: number) => number} y
 * @param {number} [newFrom]
 */
export function lineOf(values, x, y, newFrom) {
  let pen = "M";
  return values
    .map((value, k) => {
      if (k === newFrom) pen = "M";
      if (value === null) {
        pen = "M";
        return "";
      }
      const step = `${pen}${x(k).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return step;
    })
    .join("");
}

/** @param {any} app @param {number} i */
export function trends(app, i) {
  const { data, words } = app;
  if (data.editions.length < 2) return [];
  const of = (/** @type {(edition: any) => number | null} */ get) => data.editions.map(get);
  const { digits } = data.index;
  const index = {
    label: words.T.index,
    here: of((e) => e.index[i]),
    city: of(() => null),
    told: (/** @type {number} */ whole) => words.number(whole / 10 ** digits, digits),
  };
  const rest = data.indicators.map((/** @type {any} */ indicator, /** @type {number} */ k) => ({
    label: indicator.label,
    here: of((e) => e.values[k][i]),
    city: of((e) => e.city[k]),
    told: (/** @type {number} */ whole) => words.withUnit(whole, indicator),
    newFrom: indicator.newFrom,
  }));
  const known = [index, ...rest].filter(({ here }) => {
    return here.filter((/** @type {number | null} */ v) => v !== null).length >= 2;
  });
  if (!known.length) return [];
  const head = el("h3", {}, words.T.trend);
  const key = el("p", { class: "klein" }, trendKey(app));
  const pictures = el("div", { class: "verlaeufe" }, ...known.map(picture));
  return [el("div", { class: "verlauf" }, head, key, pictures)];
}

/** @param {any} app */
function trendKey({ data, words }) {
  const [first, last] = [data.editions[0].period, data.editions.at(-1).period];
  const anew = data.indicators.some((/** @type {any} */ one) => one.newFrom !== undefined);
  return words.say("trend_key", { first, last }) + (anew ? ` ${words.T.trend_new}` : "");
}

/** @param {any} one */
function picture({ label, here, city, told, newFrom }) {
  const known = [...here, ...city].filter((v) => v !== null);
  const [most, least] = [Math.max(...known, 0), Math.min(...known, 0)];
  const x = (/** @type {number} */ k) => EDGE + (k / (here.length - 1)) * (WIDE - 2 * EDGE);
  const y = (/** @type {number} */ v) =>
    TALL - EDGE - ((v - least) / Math.max(most - least, 1e-9)) * (TALL - 2 * EDGE);
  const isKnown = here.map((/** @type {number | null} */ v) => v !== null);
  const last = isKnown.lastIndexOf(true);
  const first = isKnown.indexOf(true, last >= newFrom ? newFrom : 0);
  const base = svg("path", { class: "null", d: `M0 ${y(0).toFixed(1)}H${WIDE}` });
  const lines = [
    svg("path", { class: "stadt", d: lineOf(city, x, y, newFrom) }),
    svg("path", { class: "hier", d: lineOf(here, x, y, newFrom) }),
    svg("circle", { class: "ende", cx: x(last).toFixed(1), cy: y(here[last]).toFixed(1), r: 3 }),
  ];
  const look = { viewBox: `0 0 ${WIDE} ${TALL}`, "aria-hidden": "true" };
  const now = told(here[last]);
  const words = first === last ? now : `${told(here[first])} → ${now}`;
  return el(
    "figure",
    {},
    el("figcaption", {}, label),
    svg("svg", look, base, ...lines),
    el("span", { class: "klein" }, words),
  );
}
