/** @module ranking: all areas from the most to the least burdened, with the ranks they may have. */

import { byId, el, roving, svg } from "./dom.js";
import { unknown } from "./words.js";

const MOST_ROWS = 60; // areas; of more, the worst stand as rows below one narrow picture of all
const WORST = 15;
const FEW = 8; // rows on A4
const LETTER = 5.5; // per cent of the narrowest band that a letter takes
const WIDE = 100; // units of a drawn interval

/**
 * Places of the areas in the order of burden; areas without a rank are left out.
 * @param {(number | null)[]} ranks 1 = highest burden
 * @param {(a: number, b: number) => number} byName
 */
export function orderOf(ranks, byName) {
  const known = [...ranks.keys()].filter((i) => ranks[i] !== null);
  return known.sort((a, b) => Number(ranks[a]) - Number(ranks[b]) || byName(a, b));
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
  const order = orderOf(app.edition().rank, app.byName);
  const many = order.length > MOST_ROWS;
  const rows = (many ? order.slice(0, WORST) : order).map((i) => row(app, i, order.length));
  const left = (/** @type {number} */ n) =>
    order.length > n ? words.say("ranking_rest", { n: order.length - n }) : "";
  const onPaper = { "data-rest": left(WORST), "data-wenige": left(FEW) };
  const list = el("ol", onPaper, ...rows);
  const told = many ? words.say("ranking_many", { n: WORST, of: order.length }) : T.ranking_key;
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
 * One column per area, one path per colour, the letters above.
 * @param {any} app
 * @param {number[]} order
 */
function ribbon(app, order) {
  const { data, state } = app;
  const view = data.views[0];
  const codes = view.codes[state.year];
  /** @type {Map<string, string>} */
  const columns = new Map();
  order.forEach((i, place) => {
    const fill = unknown(codes[i]) ? "#ffffff" : view.colours[parseInt(codes[i], 16)];
    columns.set(fill, `${columns.get(fill) ?? ""}M${place} 0h1v1h-1z`);
  });
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
