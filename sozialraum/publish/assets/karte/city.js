/** @module city: what is seen of the whole city while no area is chosen. */

import { el, swatch } from "./dom.js";
import { scatter } from "./scatter.js";
import { unknown } from "./words.js";

/**
 * People and how many of them an offer reaches, class by class, from what is published.
 * @param {string} codes of the areas
 * @param {(number | null)[]} people
 * @param {{values: (number | null)[], bases: (number | null)[]} | null} reach 0..1
 * @returns {Map<string, {people: number, rate: number | null}>}
 */
export function byClass(codes, people, reach) {
  const found = new Map();
  [...codes].forEach((code, i) => {
    if (people[i] === null) return;
    const sum = found.get(code) ?? { people: 0, reached: 0, base: 0 };
    sum.people += Number(people[i]);
    const [rate, base] = [reach?.values[i] ?? null, reach?.bases[i] ?? null];
    if (rate !== null && base !== null) {
      sum.reached += rate * base;
      sum.base += base;
    }
    found.set(code, sum);
  });
  const told = [...found].map(([code, { people: n, reached, base }]) => {
    return /** @type {[string, any]} */ ([code, { people: n, rate: base ? reached / base : null }]);
  });
  return new Map(told);
}

/** @param {any} app */
export function cityParts(app) {
  return [...classBars(app), ...scatter(app)];
}

/** @param {any} app */
function classBars(app) {
  const { data, state, words } = app;
  if (!data.people || state.year < data.editions.length - 1) return [];
  const view = data.views[0];
  const sums = byClass(view.codes.at(-1), data.people.values, data.reach);
  const codes = view.order.map((/** @type {number} */ i) => i.toString(16));
  const marks = [...sums.keys()].filter(unknown);
  const most = Math.max(...[...sums.values()].map(({ people }) => people), 1);
  const withReach = data.reach !== null && [...sums.values()].some(({ rate }) => rate !== null);
  const rows = [...codes, ...marks]
    .filter((code) => sums.has(code))
    .map((code) => classRow(app, code, /** @type {any} */ (sums.get(code)), most, withReach));
  const heads = [words.T.class, data.people.label, ...(withReach ? [words.T.of_hundred] : [])];
  const cells = heads.map((text, k) => el("th", { scope: "col", class: k ? "z" : null }, text));
  const caption = words.say("people_by_class", { people: data.people.label });
  const note = withReach ? [el("span", { class: "klein balken-heisst" }, data.reach.label)] : [];
  return [
    el(
      "table",
      { class: "klassenbalken" },
      el("caption", {}, caption, ...note),
      el("thead", {}, el("tr", {}, ...cells)),
      el("tbody", {}, ...rows),
    ),
  ];
}

/**
 * @param {any} app
 * @param {string} code
 * @param {{people: number, rate: number | null}} sum
 * @param {number} most
 * @param {boolean} withReach
 */
function classRow(app, code, { people, rate }, most, withReach) {
  const { data, words } = app;
  const view = data.views[0];
  const name = words.own(unknown(code) ? words.T[`mark_${code}`] : words.numbered(view, code));
  const filled = el("i");
  filled.style.width = `${(people / most) * 100}%`;
  filled.style.background = unknown(code) ? "#8a8a8a" : view.colours[parseInt(code, 16)];
  const bar = el("span", { class: "balken", "aria-hidden": "true" }, filled);
  const sign = swatch(app.fill(view, code));
  const cells = [el("td", { class: "z" }, words.number(people, 0))];
  if (withReach) {
    const told = rate === null ? "–" : String(Math.round(rate * 100));
    cells.push(el("td", { class: "z" }, told));
  }
  return el("tr", {}, el("th", { scope: "row" }, sign, " ", name, bar), ...cells);
}
