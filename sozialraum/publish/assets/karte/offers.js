/** @module offers: search among offers by kind, age, day and language; where the chain breaks. */

import { el } from "./dom.js";
import { offerText } from "./offer_lines.js";
import { fold } from "./words.js";

const MOST = 60;
const SIGNS = "–□■"; // nothing, within reach, in the area

/**
 * @typedef {{text: string, kind: string, age: string, day: string, language: string}} Wanted
 * @param {any[]} list
 * @param {Wanted} wanted "" = all
 * @returns {number[]} places of the offers that fit
 */
export function fitting(list, wanted) {
  const text = fold(wanted.text.trim());
  return [...list.keys()].filter((k) => {
    const one = list[k];
    const age = wanted.age === "" ? null : Number(wanted.age);
    return (
      (!wanted.kind || one.kind === wanted.kind) &&
      (age === null || ((one.from ?? 0) <= age && age <= (one.to ?? Infinity))) &&
      (!wanted.day || one.week[Number(wanted.day)] === "1") &&
      (!wanted.language || one.languages.includes(wanted.language)) &&
      (!text || fold(`${one.name} ${one.kind} ${one.address} ${one.group}`).includes(text))
    );
  });
}

/** Build the section once. @param {any} app @param {any} host */
export function makeOffers(app, host) {
  const { offers } = app.data;
  const { T, say, own } = app.words;
  if (!offers) return;
  const { fields, wanted } = filters(app, show);
  const status = el("p", { role: "status" });
  const list = el("ul", { class: "angebotsliste" });
  function show() {
    const asked = wanted();
    const hits = fitting(offers.list, asked);
    status.textContent = [
      say("offers_found", { n: hits.length, of: offers.list.length }),
      ...untold(app, asked),
    ].join(" ");
    list.replaceChildren(...hits.slice(0, MOST).map((k) => hit(app, offers.list[k])));
    const more = hits.length - MOST;
    if (more > 0) list.append(el("li", {}, say("offers_more", { n: more })));
    const held = new Set(hits);
    app.map?.sieve(offers.layer, offers.places.map((/** @type {number} */ k) => held.has(k)));
  }
  const told = offers.sentences.map((/** @type {string} */ one) => el("p", {}, own(one)));
  const table = el("div");
  const chain = el("details", { class: "kettentabelle" }, el("summary", {}, T.offers_table), table);
  chain.addEventListener("toggle", () => {
    if (chain.open && !table.firstChild) table.append(coverage(app));
  });
  const title = el("summary", {}, say("offers_title", { label: offers.label }));
  const parts = [title, fields, status, list, el("h3", {}, T.offers_chain), ...told, chain];
  host.append(el("details", { class: "angebote", open: !app.map }, ...parts));
  show();
}

/** @param {any} app @param {() => void} show */
function filters({ data, words }, show) {
  const { T } = words;
  const { list, oldest } = data.offers;
  const sorted = (/** @type {string[]} */ all) => [...new Set(all)].sort(words.alphabet.compare);
  const kinds = sorted(list.map((/** @type {any} */ one) => one.kind).filter(Boolean));
  const tongues = sorted(list.flatMap((/** @type {any} */ one) => one.languages));
  const ages = Array.from({ length: oldest + 1 }, (_, n) => [String(n), String(n)]);
  const days = T.offers_days.map((/** @type {string} */ day, /** @type {number} */ n) => [n, day]);
  /** @type {[string, string, any[][]][]} */
  const asked = [
    ["kind", T.offers_kind, numbered(kinds)],
    ["age", T.offers_age, ages],
    ["day", T.offers_day, days],
    ["language", T.offers_language, numbered(tongues)],
  ];
  const text = el("input", { type: "text", autocomplete: "off", on: { input: show } });
  const nodes = new Map([["text", text]]);
  const labels = [el("label", {}, T.offers_text, text)];
  for (const [name, label, options] of asked) {
    const rows = options.map(([value, word]) => el("option", { value }, word));
    const all = el("option", { value: "" }, T.offers_all);
    const select = el("select", { on: { change: show } }, all, ...rows);
    nodes.set(name, select);
    if (options.length) labels.push(el("label", {}, label, select));
  }
  function wanted() {
    const told = Object.fromEntries([...nodes].map(([name, node]) => [name, node.value]));
    const word = (/** @type {string[]} */ all, /** @type {string} */ n) => (n ? all[+n] : "");
    const named = { kind: word(kinds, told.kind), language: word(tongues, told.language) };
    return /** @type {any} */ ({ ...told, ...named });
  }
  return { fields: el("div", { class: "angebotsfilter" }, ...labels), wanted };
}

/** Options by their number: no text of a delivery is a value. @param {string[]} all */
function numbered(all) {
  return all.map((word, n) => [n, word]);
}

/** How many do not say what is asked for, and are not found. @param {any} app @param {any} asked */
function untold({ data, words }, asked) {
  const count = (/** @type {(one: any) => boolean} */ silent) =>
    data.offers.list.filter(silent).length;
  const days = asked.day ? count((one) => !one.week) : 0;
  const tongues = asked.language ? count((one) => !one.languages.length) : 0;
  return [
    days ? words.say("offers_no_day", { n: days }) : "",
    tongues ? words.say("offers_no_language", { n: tongues }) : "",
  ].filter(Boolean);
}

/** @param {any} app @param {any} offer */
function hit(app, offer) {
  const { data, choose } = app;
  const name = data.names[offer.area];
  const look = { type: "button", on: { click: () => choose(offer.area) } };
  const place = name === undefined ? "" : choose ? el("button", look, name) : name;
  return el("li", {}, ...offerText(app, offer), place ? ` · ${app.words.T.area}: ` : "", place);
}

/** @param {any} app */
function coverage(app) {
  const { data, words } = app;
  const { coverage: codes, oldest } = data.offers;
  const ages = Array.from({ length: oldest + 1 }, (_, n) => n);
  const heads = ages.map((n) => el("th", { scope: "col" }, String(n)));
  const said = [words.T.offers_none, words.T.offers_near, words.T.offers_here];
  const rows = data.names.map((/** @type {string} */ name, /** @type {number} */ i) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      ...[...codes[i]].map((code) =>
        el("td", { class: `k${code}`, title: said[+code] }, SIGNS[+code]),
      ),
    ),
  );
  const caption = el("caption", {}, words.say("offers_caption", { way: data.offers.way }));
  const head = el("thead", {}, el("tr", {}, el("th", { scope: "col" }, words.T.area), ...heads));
  const table = el("table", {}, caption, head, el("tbody", {}, ...rows));
  const wide = { class: "angebotstabelle", tabindex: 0, role: "group" };
  return el("div", { ...wide, "aria-label": words.T.offers_table }, table);
}
