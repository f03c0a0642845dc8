/** @module profile: what is known of the chosen area. */

import { cityParts } from "./city.js";
import { byId, el, swatch } from "./dom.js";
import { composition } from "./composition.js";
import { extras } from "./extras.js";
import { sentences, withheld } from "./told.js";
import { trends } from "./trend.js";
import { unknown } from "./words.js";

/** @param {any} app */
export function makeProfile(app) {
  const box = byId("profil");
  return {
    show() {
      const { area, other } = app.state;
      box.className = other === null ? "" : "zwei";
      box.replaceChildren(...(area === null ? nobody(app) : areaParts(app, area)));
    },
  };
}

/** @param {any} app */
function nobody(app) {
  const { T } = app.words;
  return [
    el(
      "div",
      { class: "waehlen" },
      el("h2", {}, T.choose_head),
      el("p", {}, T.choose),
      el("p", { class: "klein" }, T.choose_hint),
    ),
    ...cityParts(app),
  ];
}

/** @param {any} app @param {number} i */
function areaParts(app, i) {
  const { data } = app;
  const name = el("span", { class: "schl" }, data.keys[i]);
  return [
    el("h2", { tabindex: -1 }, ...app.badge(i), `${data.names[i]} `, name),
    ...classLines(app, i),
    numbers(app, i),
    ...sentences(app, i).map((told) => el("p", {}, told)),
    buttons(app, i),
    composition(app, i),
    ...trends(app, i),
    ...certainty(app, i),
    ...withheld(app, i),
    ...extras(app, i),
  ];
}

/** @param {any} app @param {number} i */
function classLines(app, i) {
  const { data, state, words } = app;
  const main = data.views[0];
  const code = main.codes[state.year][i];
  const fill = unknown(code) ? `url(#muster-${code})` : main.colours[parseInt(code, 16)];
  const title = unknown(code) ? words.T[`mark_${code}`] : words.own(words.classTitle(main, code));
  const first = el("p", { class: "marke" }, swatch(fill), el("span", {}, title));
  if (!state.view) return [first];
  const view = app.view();
  const word = view.group === main.group ? words.classTitle : words.className;
  return [first, el("p", {}, `${view.label}: ${word(view, app.codes()[i])}`)];
}

/** @param {any} app @param {number} i */
function numbers(app, i) {
  const { data, words } = app;
  const edition = app.edition();
  const pairs = data.facts
    .map((/** @type {any} */ fact) => [fact.label, fact.values[i]])
    .filter((/** @type {string[]} */ pair) => pair[1]);
  if (edition.rank[i] !== null) pairs.unshift([words.T.rank, rankText(app, i)]);
  if (edition.index[i] !== null) pairs.unshift([words.T.index, app.indexText(edition, i)]);
  const people = data.people?.values[i] ?? null;
  if (people !== null) pairs.push([data.people.label, words.number(people, 0)]);
  const cells = pairs.map((/** @type {string[]} */ [name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value)),
  );
  return el("dl", { class: "zahlen" }, ...cells);
}

/** @param {any} app @param {number} i */
function rankText(app, i) {
  const ranks = app.edition().rank.filter((/** @type {number | null} */ r) => r !== null);
  const rank = app.edition().rank[i];
  const others = ranks.filter((/** @type {number} */ r) => r === rank).length - 1;
  const told = app.words.say("rank_of", { rank, of: ranks.length });
  return others ? `${told}, ${app.words.say("rank_shared", { n: others })}` : told;
}

/** @param {any} app @param {number} i */
function buttons(app, i) {
  const { words, map } = app;
  const leave = () => {
    app.choose(null);
    byId("suche").focus();
  };
  return el(
    "div",
    { class: "profilknoepfe" },
    compareChoice(app),
    el("button", { type: "button", on: { click: () => map.closeUp(i) } }, words.T.zoom_area),
    el("button", { type: "button", id: "zu", on: { click: leave } }, words.T.unchoose),
  );
}

/** @param {any} app */
function compareChoice(app) {
  const { data, state, words } = app;
  const select = el("select", { "aria-label": words.T.compare_with });
  const options = near(app).map((j) => el("option", { value: j }, data.names[j]));
  select.append(el("option", { value: "" }, words.T.compare_with), ...options);
  select.value = state.other === null ? "" : String(state.other);
  select.addEventListener("change", () => {
    state.other = select.value === "" ? null : +select.value;
    app.refresh();
    byId("profil").querySelector("select").focus();
  });
  return select;
}

const MOST_OPTIONS = 200;

/** All other areas by name; of very many the nearest in rank. @param {any} app */
function near({ data, state, edition, byName }) {
  const n = data.keys.length;
  const others =
    n > MOST_OPTIONS + 1
      ? nearest(edition().rank, state.area, MOST_OPTIONS)
      : [...Array(n).keys()].filter((j) => j !== state.area);
  if (state.other !== null && !others.includes(state.other)) others.push(state.other);
  return others.sort(byName);
}

/**
 * The areas whose ranks are nearest to that of one; of equally near ones the first.
 * @param {(number | null)[]} ranks
 * @param {number} i
 * @param {number} most
 */
export function nearest(ranks, i, most) {
  const n = ranks.length;
  const here = ranks[i] ?? 0;
  const away = Uint32Array.from(ranks, (rank) => Math.min(n, Math.abs((rank ?? Infinity) - here)));
  const counts = new Uint32Array(n + 1);
  for (const [j, one] of away.entries()) if (j !== i) counts[one]++;
  let [limit, found] = [0, counts[0]];
  while (found < most && limit < n) found += counts[++limit];
  const places = [...away.keys()].filter((j) => j !== i && away[j] <= limit);
  const closer = places.filter((j) => away[j] < limit);
  return [...closer, ...places.filter((j) => away[j] === limit)].slice(0, most);
}

/** @param {any} app @param {number} i */
function certainty(app, i) {
  const { data, state, words } = app;
  if (state.year < data.editions.length - 1) return [];
  const own = words.own((data.words[i] ?? []).join(" "));
  const told = [own, data.sentences[data.said[i]]].filter(Boolean);
  if (!told.length) return [];
  return [el("h3", {}, words.T.sure), ...told.map((text) => el("p", {}, text))];
}
