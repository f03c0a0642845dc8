/** @module state: what is shown and chosen, and the address that says it. Pure. */

/**
 * @typedef {object} State
 * @property {number} view
 * @property {number} year place of the edition
 * @property {number | null} area
 * @property {number | null} other the area it is compared with
 * @property {boolean} table
 * @property {Set<string>} only codes of the classes that are picked out; empty = all
 * @property {string} sort column of the table
 * @property {boolean} down
 */

/** @param {any} data @returns {State} */
export function startOf(data) {
  return {
    view: 0,
    year: data.editions.length - 1,
    area: null,
    other: null,
    table: false,
    only: new Set(),
    sort: "name",
    down: false,
  };
}

/**
 * What stands behind the "#"; empty at the start.
 * @param {State} state
 * @param {any} data
 */
export function toAddress(state, data) {
  const key = (/** @type {number | null} */ i) => (i === null ? null : data.keys[i]);
  const parts = {
    zeigt: state.view ? data.views[state.view].id : null,
    jahr: state.year < data.editions.length - 1 ? data.editions[state.year].stichtag : null,
    gebiet: key(state.area),
    vergleich: key(state.other),
    tabelle: state.table ? "1" : null,
  };
  const told = Object.entries(parts).filter((pair) => pair[1] !== null);
  return new URLSearchParams(told).toString();
}

/**
 * An address of another build may name what is not here: that part is left out.
 * @param {string} hash
 * @param {any} data
 * @returns {Partial<State>}
 */
export function fromAddress(hash, data) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const place = (/** @type {string[]} */ list, /** @type {string} */ name) => {
    const found = list.indexOf(given.get(name) ?? "");
    return found < 0 ? null : found;
  };
  const ids = data.views.map((/** @type {any} */ v) => v.id);
  const days = data.editions.map((/** @type {any} */ e) => e.stichtag);
  const area = place(data.keys, "gebiet");
  return {
    view: place(ids, "zeigt") ?? 0,
    year: place(days, "jahr") ?? days.length - 1,
    area,
    other: area === null ? null : place(data.keys, "vergleich"),
    table: given.get("tabelle") === "1",
  };
}

/**
 * Which of its days a view shows: the chosen one, or the last it holds.
 * @param {{days: string[]}} view
 * @param {string} day
 * @returns {{at: number, own: boolean}} `own` = the view holds the chosen day
 */
export function shownDay(view, day) {
  const at = view.days.indexOf(day);
  return { at: at < 0 ? view.days.length - 1 : at, own: at >= 0 };
}
