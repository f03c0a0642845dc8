/** @module sections: questions below each other, each with its map, and one tab per variant. */

import { cardOn } from "./card.js";
import { readData } from "./data.js";
import { byId, roving } from "./dom.js";
import { listen } from "./fingers.js";
import { makeMap } from "./map.js";
import { pointName } from "./words.js";
import { zoomButtons } from "./zoom.js";

const GROUND = "#fbfbf9"; // an area no variant says anything of

/**
 * @param {any} data
 * @param {any} part
 * @param {number} nr
 */
function makeSection(data, part, nr) {
  const node = byId(part.id).closest("section");
  const host = node.querySelector(".karte");
  const ground = data.grounds[part.ground];
  const own = { points: part.points, prefix: `flaeche${nr}` };
  const map = host && makeMap(host, { ...ground, ...own });
  const tabs = [...node.querySelectorAll(".reiter button")];
  let shown = part.first;
  function show(/** @type {number} */ k) {
    shown = k;
    for (const one of node.querySelectorAll("[data-variante]")) {
      const own = one.dataset.variante === `${k}`;
      if (one.tagName === "BUTTON") one.setAttribute("aria-pressed", String(own));
      else one.hidden = !own;
    }
    if (map) paint(map, part, part.variants[k]);
  }
  for (const [k, tab] of tabs.entries()) tab.addEventListener("click", () => show(k));
  if (tabs.length) roving(tabs[0].parentElement, "button");
  if (map) zoomButtons(map, data.texts);
  if (map) listen(map, { choose: pick(map, node), hover: cardOn(host, map, lines) });
  show(shown);
  /** @param {number} x @param {number} y @returns {string[]} */
  function lines(x, y) {
    const at = map.pointAt(x, y);
    if (at) {
      const [, , name, kind] = part.points[at[0]].points[at[1]];
      return [pointName(name, kind)];
    }
    const i = map.areaAt(x, y);
    return i === null ? [] : toldOf(i);
  }
  /** @param {number} i */
  function toldOf(i) {
    const { codes, classes } = part.variants[shown];
    return [ground.called[i], classes[codes[i]] ?? ""].filter(Boolean);
  }
  /** Who taps reads what the card says. @param {any} map_ @param {any} box */
  function pick(map_, box) {
    return (/** @type {number} */ i) => {
      map_.choose(i, null);
      box.querySelector(".getippt").textContent = toldOf(i).join(": ");
    };
  }
  return map;
}

/**
 * @param {any} map
 * @param {any} part
 * @param {any} variant
 */
function paint(map, part, variant) {
  const codes = [...variant.codes];
  const fills = codes.map((code) => variant.fills[code] ?? GROUND);
  const marks = (/** @type {string | undefined} */ over, /** @type {string} */ sign) =>
    codes.map((_, i) => (over?.[i] === "1" ? sign : ""));
  const dots = marks(variant.dots, "y");
  const over = marks(variant.stripes, "z").map((one, i) => one || dots[i]);
  map.paint(fills, over, (/** @type {number} */ i) => ({
    nr: "",
    ink: variant.inks[codes[i]] ?? "#111111",
    bare: !variant.inks[codes[i]],
  }));
  part.points.forEach((/** @type {any} */ _, /** @type {number} */ k) => {
    map.toggle(k, variant.points.includes(k));
  });
}

async function start() {
  const data = await readData();
  const maps = data.sections.map((/** @type {any} */ part, /** @type {number} */ nr) =>
    makeSection(data, part, nr),
  );
  const drawn = maps.filter(Boolean);
  const home = () => drawn.forEach((/** @type {any} */ map) => map.home());
  home();
  for (const map of drawn) new ResizeObserver(map.resize).observe(map.host);
  const root = document.documentElement;
  window.addEventListener("beforeprint", () => {
    root.classList.add("druck");
    home();
  });
  window.addEventListener("afterprint", () => {
    root.classList.remove("druck");
    home();
  });
  byId("drucken").addEventListener("click", () => window.print());
  root.dataset.fertig = "1";
}

document.addEventListener("DOMContentLoaded", start);
