/** @module card: what lies under the mouse; the same stands in table and profile. */

import { byId, el } from "./dom.js";
import { pointName } from "./words.js";

/**
 * A card that follows the mouse over a map.
 * @param {any} box holds the card
 * @param {any} map
 * @param {(x: number, y: number) => string[]} linesAt
 */
export function cardOn(box, map, linesAt) {
  const card = el("div", { class: "tipp", hidden: true, "aria-hidden": "true" });
  box.append(card);
  return (/** @type {number | null} */ x, /** @type {number} */ y) => {
    const lines = x === null ? [] : linesAt(x, y);
    card.hidden = !lines.length;
    if (!lines.length || x === null) return;
    card.replaceChildren(...lines.map((line, k) => el(k ? "span" : "b", {}, line)));
    const left = Math.min(x + 14, map.host.clientWidth - card.offsetWidth - 4);
    card.style.left = `${Math.max(left, 4)}px`;
    const { offsetHeight: tall } = card;
    const above = y + 18 + tall > map.host.clientHeight;
    card.style.top = `${above ? y - tall - 8 : y + 18}px`;
  };
}

/** @param {any} app */
export function makeCard(app) {
  const { data, words, map } = app;
  return cardOn(byId("haupt"), map, (x, y) => {
    const offer = map.pointAt(x, y);
    if (offer) {
      const [, , name, kind] = data.points[offer[0]].points[offer[1]];
      return [pointName(name, kind)];
    }
    const i = map.areaAt(x, y);
    if (i === null) return [];
    const view = app.view();
    const title = words.classTitle(view, app.codes()[i]);
    const letter = data.letters[i] ? `${data.letters[i]} ` : "";
    return [`${letter}${data.names[i]}`, app.state.view ? `${view.label}: ${title}` : title];
  });
}
