/** @module table: says everything the map says, sorted by any column. */

import { byId, el, roving } from "./dom.js";
import { levelChoice, levelTable } from "./levels.js";
import { unknown } from "./words.js";

const MOST_ROWS = 1000; // at once on the screen; on paper there are all

/** @param {any} app */
export function makeTable(app) {
  const { data, state, words } = app;
  const host = byId("tabelle");
  let open = MOST_ROWS;

  function show() {
    const choice = data.levels ? [levelChoice(app, show)] : [];
    if (state.level) {
      host.replaceChildren(...choice, levelTable(app));
      return;
    }
    const columns = columnsOf(app);
    const by = columns.find((one) => one.id === state.sort) ?? columns[0];
    const codes = app.codes();
    const shown = [...data.keys.keys()].filter((i) => !state.only.size || state.only.has(codes[i]));
    shown.sort((a, b) => compare(by.order(a), by.order(b), state.down, words.alphabet));
    const head = el("tr", {}, ...columns.map((one) => heading(one, one === by)));
    const body = el("tbody");
    const counts = { n: shown.length, of: data.keys.length, date: app.edition().shown };
    const caption = el("caption", {}, words.say("table_caption", counts));
    const table = el("table", {}, caption, el("thead", {}, head), body);
    host.replaceChildren(...choice, table, ...further(columns, shown, body));
    roving(head, "button");
  }
  /** The first rows, and a button for the next ones where there are more. */
  /** @param {any[]} columns @param {number[]} shown @param {any} body */
  function further(columns, shown, body) {
    const button = el("button", { type: "button", class: "weitere", on: { click } });
    const fill = () => {
      const [from, to] = [body.children.length, isPrinted() ? shown.length : open];
      body.append(...shown.slice(from, to).map((i) => row(app, columns, i)));
      const left = shown.length - body.children.length;
      button.textContent = words.say("table_more", { n: Math.min(left, MOST_ROWS), left });
      button.hidden = !left;
      roving(body, "button");
      return body.children[from];
    };
    function click() {
      open += MOST_ROWS;
      fill().querySelector("button").focus();
    }
    fill();
    return button.hidden ? [] : [button];
  }
  function heading(/** @type {any} */ column, /** @type {boolean} */ isSorted) {
    const sorted = isSorted ? (state.down ? "descending" : "ascending") : null;
    const look = { scope: "col", class: column.number ? "z" : null, "aria-sort": sorted };
    // On paper without buttons: Chromium repeats only a plain head on every sheet.
    if (isPrinted()) return el("th", look, column.label);
    const click = () => {
      state.down = state.sort === column.id && !state.down;
      state.sort = column.id;
      open = MOST_ROWS;
      show();
      host.querySelector("th[aria-sort] button").focus();
    };
    return el("th", look, el("button", { type: "button", on: { click } }, column.label));
  }
  return { show };
}

/** @param {any} app @param {any[]} columns @param {number} i */
function row(app, columns, i) {
  const { data, state } = app;
  const open = { type: "button", "data-area": i, on: { click: () => app.choose(i) } };
  const name = el("button", open, ...app.badge(i), data.names[i]);
  const cells = columns.slice(1).map((one) => {
    const kind = one.words ? "z worte" : one.number ? "z" : null;
    return el("td", { class: kind }, one.text(i));
  });
  const chosen = i === state.area ? "gewaehlt" : null;
  return el("tr", { class: chosen }, el("th", { scope: "row" }, name), ...cells);
}

function isPrinted() {
  return document.documentElement.classList.contains("druck");
}

/** @type {WeakMap<string[], Uint32Array>} */
const inAlphabet = new WeakMap();

/**
 * The place of each text in the alphabet, alike ones alike; of very many found once.
 * @param {string[]} texts
 * @param {Intl.Collator} alphabet
 */
export function placesOf(texts, alphabet) {
  const known = inAlphabet.get(texts);
  if (known) return known;
  const order = [...texts.keys()].sort((i, j) => alphabet.compare(texts[i], texts[j]));
  const places = new Uint32Array(texts.length);
  order.forEach((i, at) => {
    const before = order[at - 1];
    const same = at > 0 && alphabet.compare(texts[before], texts[i]) === 0;
    places[i] = same ? places[before] : at;
  });
  inAlphabet.set(texts, places);
  return places;
}

/**
 * Text and order of every column.
 * @param {any} app
 * @returns {any[]}
 */
function columnsOf(app) {
  const { data, state, words } = app;
  const { T } = words;
  const edition = app.edition();
  const main = data.views[0];
  const codes = main.codes[state.year];
  const sign = (/** @type {number} */ i) =>
    unknown(codes[i]) ? T[`sign_${codes[i]}`] : T.class_sign;
  const place = (/** @type {number} */ i) => (unknown(codes[i]) ? null : parseInt(codes[i], 16));
  const text = (/** @type {string[]} */ list) => (/** @type {number} */ i) => list[i];
  const order = text;
  const byText = (/** @type {string[]} */ list) => (/** @type {number} */ i) =>
    placesOf(list, words.alphabet)[i];
  return [
    { id: "name", label: T.area, text: text(data.names), order: byText(data.names) },
    { id: "key", label: T.key, text: text(data.keys), order: byText(data.keys) },
    {
      id: "class",
      label: T.class,
      text: (/** @type {number} */ i) => words.numbered(main, codes[i]),
      order: place,
    },
    {
      id: "index",
      label: T.index,
      number: true,
      text: (/** @type {number} */ i) => app.indexText(edition, i) || sign(i),
      order: order(edition.index),
    },
    {
      id: "rank",
      label: T.rank,
      number: true,
      text: (/** @type {number} */ i) => String(edition.rank[i] ?? sign(i)),
      order: order(edition.rank),
    },
    ...data.indicators.map((/** @type {any} */ indicator, /** @type {number} */ k) => ({
      id: indicator.id,
      label: indicator.label,
      number: true,
      text: (/** @type {number} */ i) => app.valueText(edition, i, k),
      order: order(edition.values[k]),
    })),
    ...data.facts.map((/** @type {any} */ fact, /** @type {number} */ k) => ({
      id: `fact${k}`,
      label: fact.label,
      number: true,
      words: true,
      text: (/** @type {number} */ i) => fact.values[i] || "–",
      order: order(fact.order),
    })),
  ];
}

/**
 * Missing values stand last, whichever way is sorted.
 * @param {string | number | null} x
 * @param {string | number | null} y
 * @param {boolean} down
 * @param {Intl.Collator} alphabet
 */
export function compare(x, y, down, alphabet) {
  if (x === null || y === null) return Number(x === null) - Number(y === null);
  const apart = typeof x === "string" ? alphabet.compare(x, String(y)) : x - Number(y);
  return down ? -apart : apart;
}
