/** @module composition: indicator by indicator, what the index of an area is made of. */

import { el } from "./dom.js";
import { strip } from "./strips.js";

/** @param {any} app @param {number} i */
export function composition(app, i) {
  const { data, state, words } = app;
  const { T } = words;
  const edition = app.edition();
  const places = state.other === null ? [i] : [i, state.other];
  const hasCity = data.editions.some((/** @type {any} */ e) =>
    e.city.some((/** @type {any} */ value) => value !== null),
  );
  const heads = [T.here, ...places.slice(1).map((k) => data.names[k])];
  if (hasCity) heads.push(T.city);
  heads.push(T.part);
  const first = el("th", { scope: "col", class: "strich" }, T.indicator);
  const columns = heads.map((text) => el("th", { scope: "col", class: "z" }, text));
  const wide = heads.length + 1;
  const rows = data.indicators.map((/** @type {any} */ _, /** @type {number} */ k) =>
    indicatorRows(app, places, k, hasCity, wide),
  );
  const key = `${T.bars} ${T.strip_key}`;
  const bars = el("span", { class: "klein balken-heisst" }, key);
  return el(
    "table",
    {},
    el("caption", {}, words.say("composition", { date: edition.shown }), bars),
    el("thead", {}, el("tr", {}, first, ...columns)),
    ...rows,
    ...restRows(app, i, wide),
    ...indexRow(app, i, wide),
  );
}

const cell = (/** @type {any} */ told) => el("td", { class: "z" }, told);

/**
 * @param {any} app
 * @param {number[]} places the area, and the one it is compared with
 * @param {number} k indicator
 * @param {boolean} hasCity
 * @param {number} wide columns
 */
function indicatorRows(app, places, k, hasCity, wide) {
  const { data, words } = app;
  const edition = app.edition();
  const indicator = data.indicators[k];
  const [city, part] = [edition.city[k], edition.parts[k][places[0]]];
  const way = el("span", { class: "pfeil" }, ` (${words.T[`dir_${indicator.direction}`]})`);
  const name = { scope: "rowgroup", colspan: wide };
  const cells = places.map((place) => cell(app.valueText(edition, place, k)));
  if (hasCity) cells.push(cell(city === null ? "–" : words.withUnit(city, indicator)));
  cells.push(cell(app.partText(part)));
  const bar = el("td", { class: "strich" }, part === null ? "" : burdenBar(data.index, part, k));
  const where = { class: "lage", colspan: wide };
  return el(
    "tbody",
    {},
    el("tr", {}, el("th", name, words.own(indicator.label), way)),
    el("tr", {}, bar, ...cells),
    el("tr", { "aria-hidden": "true" }, el("td", where, strip(app, k, places[0]))),
  );
}

/**
 * How far an area lies from the least burdened one: the worst has the longest bar.
 * @param {any} index
 * @param {number} part
 * @param {number} k
 */
function burdenBar(index, part, k) {
  const filled = el("i");
  filled.style.width = `${(Math.abs(part - index.least[k]) / index.longest) * 100}%`;
  return el("span", { class: "balken", "aria-hidden": "true" }, filled);
}

/** @param {any} app @param {number} i @param {number} wide */
function restRows(app, i, wide) {
  const rest = app.edition().parts.at(-1)[i];
  if (!rest) return [];
  const gap = wide > 3 ? [el("td", { colspan: wide - 2 })] : [];
  const name = el("th", { scope: "rowgroup", colspan: wide }, app.words.T.rest);
  const numbers = el("tr", {}, el("td", { class: "strich" }), ...gap, cell(app.partText(rest)));
  return [el("tbody", {}, el("tr", {}, name), numbers)];
}

/** @param {any} app @param {number} i @param {number} wide */
function indexRow(app, i, wide) {
  const edition = app.edition();
  if (edition.index[i] === null) return [];
  const name = el("th", { scope: "row", colspan: wide - 1 }, app.words.T.index);
  return [el("tfoot", {}, el("tr", {}, name, cell(app.indexText(edition, i))))];
}
