/** @module offer_lines: one offer in words, and for which ages there is something in an area. */

import { el, svg } from "./dom.js";
import { pointName } from "./words.js";

const BOX = 15; // pixels per age in the picture
const FILLS = ["#ffffff", "#b9d6d6", "#006d6f"];

/**
 * A link is one only where the build has found it safe; all else stays text.
 * @param {any} offer
 */
export function linkOf(offer) {
  return offer.href ? offer.link : "";
}

/** @param {any} app @param {any} offer */
export function offerText({ words }, offer) {
  const group = offer.group && words.say("offers_group", { group: offer.group });
  const parts = [offer.ages, offer.days, offer.address, group, offer.languages.join(", ")];
  const told = parts.filter(Boolean).join(" · ");
  const href = linkOf(offer);
  const link = href
    ? el("a", { href, rel: "noopener noreferrer", target: "_blank" }, words.T.offers_link)
    : offer.link;
  const name = el("b", {}, words.own(pointName(offer.name, offer.kind)));
  return [name, told ? words.own(` · ${told}`) : "", offer.link ? " · " : "", link];
}

/** What an area has, told in the profile. @param {any} app @param {number} i */
export function offersOf(app, i) {
  const { data, words } = app;
  if (!data.offers) return [];
  const here = data.offers.list.filter((/** @type {any} */ one) => one.area === i);
  const items = here.map((/** @type {any} */ one) => el("li", {}, ...offerText(app, one)));
  const head = words.say("points_here", { label: data.offers.label, n: here.length });
  return [
    el("h3", {}, head),
    items.length ? el("ul", {}, ...items) : "",
    chainPicture(app, i),
    el("p", {}, words.own(data.offers.said[i])),
  ].filter(Boolean);
}

/** Nineteen boxes, from birth to eighteen. @param {any} app @param {number} i */
export function chainPicture({ data, words }, i) {
  const codes = [...data.offers.coverage[i]];
  const boxes = codes.flatMap((code, age) => {
    const place = { x: 1 + age * BOX, y: 1, width: BOX - 2, height: 14 };
    const label = { x: age * BOX + BOX / 2, y: 27, "text-anchor": "middle", "font-size": 9 };
    const shown = age % 3 ? [] : [svg("text", label, String(age))];
    const dash = code === "0" ? "2 2" : null;
    const edge = { fill: FILLS[+code], stroke: "#3d3d3d", "stroke-dasharray": dash };
    return [svg("rect", { ...place, ...edge }), ...shown];
  });
  const look = { role: "img", "aria-label": data.offers.said[i], class: "angebotskette" };
  const box = { viewBox: `0 0 ${codes.length * BOX} 30`, width: codes.length * BOX, height: 30 };
  const drawn = svg("svg", { ...look, ...box }, ...boxes);
  return el("div", { class: "angebotsbild" }, drawn, key(words));
}

/** @param {any} words */
function key({ T }) {
  const signs = ["offers_here", "offers_near", "offers_none"].map((word) => T[word]);
  return el("p", { class: "klein" }, `${T.offers_ages_axis} ${signs.join(" · ")}`);
}
