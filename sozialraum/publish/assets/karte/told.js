/** @module told: sentences about one area, from its published numbers. */

import { el } from "./dom.js";
import { unknown } from "./words.js";

/** @param {any} app @param {number} i @returns {string[]} */
export function sentences(app, i) {
  const { data, state, words } = app;
  const { T, say } = words;
  const edition = app.edition();
  const codes = data.views[0].codes[state.year];
  if (unknown(codes[i])) return [T[`why_${codes[i]}`]];
  const same = codes.split(codes[i]).length - 1;
  const counts = { n: same, of: data.keys.length };
  const told = edition.index[i] === null ? [T.class_only] : [];
  told.push(say(same === 1 ? "class_alone" : "class_shared", counts));
  const { up, down } = unlikeOthers(edition.parts.slice(0, -1), i);
  const label = (/** @type {number} */ k) => ({ label: data.indicators[k].label });
  if (up !== null) told.push(say("lifts", label(up)));
  if (down !== null) told.push(say(up === null ? "lowers_only" : "lowers", label(down)));
  told.push(...sinceLast(app, i));
  return [told.join(" ")];
}

/** @param {any} app @param {number} i */
function sinceLast(app, i) {
  const before = app.data.editions[app.state.year - 1];
  const edition = app.edition();
  if (!before || before.index[i] === null || edition.index[i] === null) return [];
  const step = edition.index[i] - before.index[i];
  const ends = { from: app.indexText(before, i), to: app.indexText(edition, i) };
  const key = step > 0 ? "rose" : step < 0 ? "fell" : "stayed";
  return [app.words.say(key, { year: before.period, ...ends })];
}

/** @type {WeakMap<any, number>} */
const means = new WeakMap();

/** The mean of what is known of a column; added up once. @param {(number | null)[]} row */
function meanOf(row) {
  if (!means.has(row)) {
    const known = row.filter((v) => v !== null);
    means.set(row, known.reduce((a, b) => Number(a) + Number(b), 0) / known.length);
  }
  return Number(means.get(row));
}

/**
 * Which contribution lies furthest above and below the mean of all areas.
 * @param {(number | null)[][]} parts per indicator and area
 * @param {number} i
 * @returns {{up: number | null, down: number | null}}
 */
export function unlikeOthers(parts, i) {
  const apart = parts
    .map((row, k) => {
      return [row[i] === null ? 0 : /** @type {number} */ (row[i]) - meanOf(row), k];
    })
    .sort((a, b) => b[0] - a[0]);
  const [first, last] = [apart[0], apart[apart.length - 1]];
  return { up: first[0] > 0 ? first[1] : null, down: last[0] < 0 ? last[1] : null };
}

/**
 * Which indicators of an area have no value, and why.
 * @param {any} app
 * @param {number} i
 */
export function withheld(app, i) {
  const { data, words } = app;
  const edition = app.edition();
  const labels = (/** @type {string} */ mark) =>
    data.indicators
      .filter((/** @type {any} */ _, /** @type {number} */ k) => {
        return edition.values[k][i] === null && edition.signs[k][i] === mark;
      })
      .map((/** @type {any} */ indicator) => words.say("quoted", indicator));
  const told = [..."sfkmun"]
    .map((mark) => ({ mark, found: labels(mark) }))
    .filter(({ mark, found }) => {
      return found.length && (mark === "f" || found.length < data.indicators.length);
    });
  if (!told.length) return [];
  const lines = told.map(({ mark, found }) =>
    el("p", {}, words.say(`held_${mark}`, { labels: found.join(", ") })),
  );
  return [el("h3", {}, words.T.held), ...lines];
}
