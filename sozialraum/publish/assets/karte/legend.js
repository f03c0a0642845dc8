/** @module legend: what the colours mean, how many areas have them, and picking one out. */

import { byId, el, roving, swatch } from "./dom.js";
import { shownDay } from "./state.js";
import { NO_CLASS, unknown } from "./words.js";

/** @param {any} app */
export function makeLegend(app) {
  const { state } = app;
  const box = byId("klassen");
  byId("filter").lastElementChild.addEventListener("click", () => {
    state.only.clear();
    app.refresh();
    byId("haupt").focus();
  });
  const pick = (/** @type {string} */ code) => {
    if (!state.only.delete(code)) state.only.add(code);
    app.refresh();
    box.querySelector(`[data-code="${code}"]`)?.focus();
  };
  return { show: () => show(app, box, pick) };
}

/** @param {any} app @param {any} box @param {(code: string) => void} pick */
function show(app, box, pick) {
  const { data, words } = app;
  const view = app.view();
  const { at, own } = shownDay(view, app.edition().stichtag);
  const codes = view.codes[at];
  const count = (/** @type {string} */ code) => codes.split(code).length - 1;
  const entry = (/** @type {string} */ code) => classEntry(app, code, count(code), pick);
  const date = view.shown[at];
  const several = data.editions.length > 1;
  byId("legende-was").textContent = several ? `${view.label} ·\u00a0${date}` : view.label;
  byId("nur-von").hidden = own;
  byId("nur-von").textContent = own ? "" : words.say("only_of", { date });
  byId("richtung").replaceChildren(words.own(view.said));
  box.replaceChildren(
    ...view.order.map((/** @type {number} */ i) => entry(i.toString(16))),
    ...stripesEntry(app, view),
    ...[...NO_CLASS].filter(count).map(entry),
    ...contourEntry(app),
  );
  box.dataset.kopf = words.T.areas;
  roving(box, "button");
  byId("legende-hinweis").textContent = view.note;
  banner(app, codes);
}

/**
 * @param {any} app
 * @param {string} code
 * @param {number} n areas
 * @param {(code: string) => void} pick
 */
function classEntry(app, code, n, pick) {
  const { state, words } = app;
  const view = app.view();
  const mark = unknown(code);
  const i = parseInt(code, 16);
  const name = mark || !view.classes[i] ? "" : words.numbered(view, code);
  const range = mark ? "" : words.limits(view, i);
  const pressed = String(state.only.has(code));
  const look = { type: "button", "aria-pressed": pressed, "data-code": code };
  const texts = mark
    ? [el("span", { class: "text" }, words.T[`mark_${code}`])]
    : [
        name ? el("span", { class: "text" }, words.own(name)) : "",
        range ? el("span", { class: name ? "grenzen" : "grenzen text" }, range) : "",
      ];
  const inside = [swatch(app.fill(view, code)), ...texts, counted(words, n)];
  const button = el("button", { ...look, on: { click: () => pick(code) } }, ...inside);
  return el("li", { class: mark ? "ganz" : null }, button);
}

/* The column has a heading; who only hears the entry hears the word, too. */
/** @param {any} words @param {number} n */
function counted(words, n) {
  const [before, after] = words.say(n === 1 ? "count_one" : "count", { n }).split(String(n));
  const heard = (/** @type {string} */ text) => text && el("span", { class: "nur-ton" }, text);
  return el("span", { class: "zahl" }, heard(before), String(n), heard(after));
}

/** @param {any} app */
function contourEntry({ data, words }) {
  const n = data.letters.filter(Boolean).length;
  const box = el("span", { class: "umrandet", "aria-hidden": "true" });
  return n ? [plainEntry(words, box, words.T.contour, n)] : [];
}

/** @param {any} app @param {any} view */
function stripesEntry({ words }, view) {
  const marks = [
    { letter: "z", word: "stripes_of", over: view.stripes },
    { letter: "y", word: "dots_of", over: view.dots },
  ];
  return marks.flatMap(({ letter, word, over }) => {
    if (!over) return [];
    const n = over.areas.split("1").length - 1;
    return [
      plainEntry(words, swatch(`url(#muster-${letter})`), words.own(words.say(word, over)), n),
    ];
  });
}

/** @param {any} words @param {any} sign @param {any} told @param {number} n */
function plainEntry(words, sign, told, n) {
  const text = el("span", { class: "text" }, told);
  return el("li", { class: "ganz streifen" }, sign, text, counted(words, n));
}

/** @param {any} app @param {string} codes */
function banner({ data, state, words, view }, codes) {
  const n = [...codes].filter((code) => state.only.has(code)).length;
  const classes = [...state.only].map((code) => words.className(view(), code)).join(", ");
  byId("filter").hidden = !state.only.size;
  const told = words.say("filter_on", { classes, n, of: data.keys.length });
  byId("filter").firstElementChild.textContent = told;
}
