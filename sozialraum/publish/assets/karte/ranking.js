/** @module ranking: all areas from the most to the least burdened, with the ranks they may have. */

import { byId, el, roving, svg } from "./dom.js";
import { ribbon } from "./ribbon.js";
import { unknown } from "./words.js";

const MOST_ROWS = 60; // areas; of more, the worst stand as rows below one narrow picture of all
const WORST = 15;
const FEW = 8; // rows on A4
const WIDE = 100; // units of a drawn interval

/**
 * Places of the areas in the order of burden; areas without a rank are left out.
 * @param {(number | null)[]} ranks 1 = highest burden
 * @param {(a: number, b: number) => number} byName
 * @param {number} [named] so many from the first on, and their equals, are in order by name, too
 */
export function orderOf(ranks, byName, named = Infinity) {
  const rank = (/** @type {number} */ i) => Number(ranks[i]);
  const n = ranks.length;
  const ranked = [...ranks.keys()].filter((i) => ranks[i] !== null);
  // Numbers are sorted many times faster than pairs are compared: rank first, then place.
  const keys = Float64Array.from(ranked, (i) => rank(i) * n + i).sort();
  const known = Array.from(keys, (key) => key % n);
  const last = rank(known[Math.min(named, known.length) - 1]);
  const beyond = known.findIndex((i) => rank(i) > last);
  const head = known.slice(0, beyond < 0 ? known.length : beyond);
  head.sort((a, b) => rank(a) - rank(b) || byName(a, b));
  return [...head, ...known.slice(head.length)];
}

/**
 * Where a rank is drawn: inside its own interval, whatever is published.
 * @param {number} rank
 * @param {number | null} low
 * @param {number | null} high
 */
export function clamped(rank, low, high) {
  if (low === null || high === null) return { at: rank, low: rank, high: rank };
  return { at: Math.min(Math.max(rank, low), high), low, high };
}

/** @param {any} app */
export function makeRanking(app) {
  const host = byId("rang");
  let year = -1;
  return {
    show() {
      if (year !== app.state.year) build(app, host);
      year = app.state.year;
      const chosen = (/** @type {any} */ one) => String(+one.dataset.area === app.state.area);
      for (const one of host.querySelectorAll("button")) {
        one.setAttribute("aria-pressed", chosen(one));
      }
    },
  };
}

/** @param {any} app @param {any} host */
function build(app, host) {
  const { words } = app;
  const { T } = words;
  const order = orderOf(app.edition().rank, app.byName, MOST_ROWS);
  const many = order.length > MOST_ROWS;
  const rows = (many ? order.slice(0, WORST) : order).map((i) => row(app, i, order.length));
  const left = (/** @type {number} */ n) =>
    order.length > n ? words.say("ranking_rest", { n: order.length - n }) : "";
  const onPaper = { "data-rest": left(WORST), "data-wenige": left(FEW) };
  const list = el("ol", onPaper, ...rows);
  const told = many ? words.say("ranking_many", { of: order.length }) : T.ranking_key;
  host.hidden = !order.length;
  host.replaceChildren(
    el("h2", { id: "rang-kopf" }, T.ranking),
    el("p", { class: "klein" }, hasIntervals(app) ? `${told} ${T.ranking_interval}` : told),
    ...(many ? [ribbon(app, order)] : []),
    ...heads(app),
    list,
  );
  roving(list, "button");
}

/** @param {any} app */
function hasIntervals({ data, state }) {
  return data.interval !== null && state.year === data.editions.length - 1;
}

/** @param {any} app */
function heads({ data, words: { T } }) {
  if (!data.people) return [];
  const cells = ["", T.area, data.people.label, T.rank_place].map((text) => el("span", {}, text));
  return [el("div", { class: "rangkopf", "aria-hidden": "true" }, ...cells)];
}

/** @param {any} app @param {number} i @param {number} n ranked areas */
function row(app, i, n) {
  const { data, state, words } = app;
  const rank = app.edition().rank[i];
  const shown = hasIntervals(app) ? data.interval : null;
  const ends = clamped(rank, shown ? shown.low[i] : null, shown ? shown.high[i] : null);
  const people = data.people ? data.people.values[i] : null;
  const code = data.views[0].codes[state.year][i];
  const heard = ends.low === ends.high ? "ranking_row" : "ranking_row_between";
  const told = words.say(heard, { rank, low: ends.low, high: ends.high, of: n });
  const look = { type: "button", "data-area": i, on: { click: () => app.choose(i) } };
  const button = el(
    "button",
    look,
    el("span", { class: "stelle" }, ...mark(app, i, rank)),
    el("span", { class: "wer" }, data.names[i]),
    el("span", { class: "zahl" }, people === null ? "" : words.number(people, 0)),
    interval(ends, n, unknown(code) ? "#ffffff" : data.views[0].colours[parseInt(code, 16)]),
    el("span", { class: "nur-ton" }, `, ${told}, ${words.classTitle(data.views[0], code)}`),
  );
  return el("li", {}, button);
}

/** The letter, or the rank. @param {any} app @param {number} i @param {number} rank */
function mark(app, i, rank) {
  const letter = app.badge(i);
  return letter.length ? letter : [String(rank)];
}

/**
 * @param {{at: number, low: number, high: number}} ends
 * @param {number} n
 * @param {string} fill
 */
function interval({ at, low, high }, n, fill) {
  const x = (/** @type {number} */ rank) => 3 + ((rank - 0.5) / n) * (WIDE - 6);
  const line = svg("line", { class: "spanne", x1: x(low), x2: x(high), y1: 7, y2: 7 });
  const look = { viewBox: `0 0 ${WIDE} 14`, preserveAspectRatio: "none", "aria-hidden": "true" };
  const dot = el("i", { class: "punktmarke" });
  dot.style.left = `${x(at)}%`;
  dot.style.background = fill;
  return el("span", { class: "rangstrich" }, svg("svg", look, line), dot);
}
