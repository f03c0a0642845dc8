/** @module search: areas, offers and streets by name or key, with the keyboard alone. */

import { byId, el } from "./dom.js";
import { fold, pointName } from "./words.js";

const MOST_HITS = 12;

/**
 * @typedef {{text: string, folded: string, key: string, note: string, area: number}} Entry
 * @param {any} data
 * @returns {Entry[]} what can be found: areas first, then offers that lie in one, then streets
 */
export function entriesOf(data) {
  const areas = data.names.map((/** @type {string} */ name, /** @type {number} */ i) => ({
    text: name,
    folded: fold(name),
    key: fold(data.keys[i]),
    note: data.keys[i],
    area: i,
  }));
  const plain = data.points.filter((/** @type {any} */ layer) => !layer.listed);
  const offers = plain.flatMap((/** @type {any} */ layer) =>
    layer.points
      .filter((/** @type {any[]} */ point) => point[4] >= 0)
      .map((/** @type {any[]} */ [, , name, kind, area]) => {
        const text = pointName(name, kind);
        return { text, folded: fold(text), key: "", note: data.names[area], area };
      }),
  );
  // A street in several areas is found once for each of them.
  const streets = (data.streets ?? []).flatMap((/** @type {any[]} */ [text, ...places]) =>
    places.map((area) => ({ text, folded: fold(text), key: "", note: data.names[area], area })),
  );
  const listed = (data.offers?.list ?? [])
    .filter((/** @type {any} */ one) => one.area >= 0)
    .map((/** @type {any} */ { name, kind, area }) => {
      const text = pointName(name, kind);
      return { text, folded: fold(text), key: "", note: data.names[area], area };
    });
  return [...areas, ...offers, ...listed, ...streets];
}

/**
 * @param {Entry[]} entries
 * @param {string} typed
 * @returns {Entry[]} what begins with it first
 */
export function found(entries, typed) {
  const wanted = fold(typed.trim());
  if (!wanted) return [];
  return entries
    .map((entry, place) => ({ entry, place, late: entry.folded.startsWith(wanted) ? 0 : 1 }))
    .filter(({ entry }) => {
      return entry.folded.includes(wanted) || (entry.key && entry.key.startsWith(wanted));
    })
    .sort((a, b) => a.late - b.late || a.place - b.place)
    .slice(0, MOST_HITS)
    .map(({ entry }) => entry);
}

/** @param {any} app */
export function makeSearch(app) {
  const [field, list] = [byId("suche"), byId("treffer")];
  /** @type {Entry[] | null} */
  let entries = null; // made when it is first searched
  /** @type {Entry[]} */
  let hits = [];
  let at = -1;
  function open(/** @type {boolean} */ isOpen) {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) field.removeAttribute("aria-activedescendant");
  }
  function mark(/** @type {number} */ nr) {
    at = nr;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === nr)));
    if (nr < 0) return;
    field.setAttribute("aria-activedescendant", `treffer-${nr}`);
    list.children[nr].scrollIntoView({ block: "nearest" });
  }
  function take(/** @type {Entry} */ entry) {
    field.value = entry.text;
    open(false);
    app.choose(entry.area);
  }
  function line(/** @type {Entry} */ entry, /** @type {number} */ nr) {
    const pressed = (/** @type {Event} */ event) => {
      event.preventDefault();
      take(entry);
    };
    const look = { role: "option", id: `treffer-${nr}`, "aria-selected": "false" };
    const note = el("span", { class: "schl" }, entry.note);
    return el("li", { ...look, on: { mousedown: pressed } }, entry.text, note);
  }
  function show() {
    entries ??= entriesOf(app.data);
    hits = found(entries, field.value);
    list.replaceChildren(...hits.map(line));
    const none = { role: "option", "aria-selected": "false", "aria-disabled": "true" };
    if (field.value.trim() && !hits.length) {
      list.append(el("li", none, app.words.T.nothing_found));
    }
    open(list.children.length > 0);
    mark(hits.length ? 0 : -1);
  }
  function key(/** @type {KeyboardEvent} */ event) {
    const n = hits.length;
    if (event.key === "ArrowDown" && list.hidden) show();
    else if (event.key === "ArrowDown" && n) mark((at + 1) % n);
    else if (event.key === "ArrowUp" && n) mark((at + n - 1) % n);
    else if (event.key === "Enter" && !list.hidden && at >= 0) take(hits[at]);
    else if (event.key === "Escape") return open(false);
    else return;
    event.preventDefault();
  }
  field.addEventListener("input", show);
  field.addEventListener("blur", () => open(false));
  field.addEventListener("keydown", key);
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => event.preventDefault());
  }
}
