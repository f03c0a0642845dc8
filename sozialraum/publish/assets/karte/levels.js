/** @module levels: areas or larger areas in the table, and the rows of these. */

import { el } from "./dom.js";

/**
 * Areas, or the larger areas of a level.
 * @param {any} app
 * @param {() => void} show
 */
export function levelChoice({ data, state, words }, show) {
  const names = [data.areasCalled, ...data.levels.map((/** @type {any} */ one) => one.label)];
  const buttons = names.map((name, k) => {
    const click = () => {
      state.level = k;
      show();
      const place = `#ebene button:nth-of-type(${k + 1})`;
      /** @type {HTMLElement | null} */ (document.querySelector(place))?.focus();
    };
    const pressed = String(k === (state.level ?? 0));
    return el("button", { type: "button", "aria-pressed": pressed, on: { click } }, name);
  });
  return el("div", { id: "ebene", role: "group", "aria-label": words.T.level_choice }, ...buttons);
}

/** @param {any} app */
export function levelTable({ data, state, words }) {
  const level = data.levels[state.level - 1];
  const head = level.heads.map((/** @type {string} */ label, /** @type {number} */ k) =>
    el("th", { scope: "col", class: k ? "z" : null }, label),
  );
  const rows = level.editions[state.year].map((/** @type {string[]} */ cells) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, cells[0]),
      ...cells.slice(1).map((cell) => el("td", { class: "z" }, cell)),
    ),
  );
  const caption = el("caption", {}, words.T.level_note);
  return el("table", {}, caption, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
}
