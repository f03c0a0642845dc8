/** @module paper: a fixed width first, then the whole city into what the words leave. */

import { byId } from "./dom.js";

const SHEET = 1000; // pixels: the column of the map on A3
const MAP = { least: 440, most: 690 };
// On A4 findings run over a narrower column; the map never becomes too small to be read.
const A4 = { least: 0.5, most: 0.69, room: 600, longer: 1.45, tall: 704 };

/** @param {any} app */
export function makePaper(app) {
  const root = document.documentElement;
  const again = () => (app.state.table ? app.table.show() : app.map.home());
  window.addEventListener("beforeprint", () => {
    root.classList.add("druck");
    fillPaper(root);
    again();
  });
  window.addEventListener("afterprint", () => {
    root.classList.remove("druck");
    again();
  });
  byId("drucken").addEventListener("click", () => window.print());
}

/** @param {HTMLElement} root */
function fillPaper(root) {
  const set = (/** @type {string} */ name, /** @type {string | number} */ value) =>
    root.style.setProperty(name, String(value));
  const tall = (/** @type {string} */ part) =>
    /** @type {any} */ (document.querySelector(part))?.offsetHeight ?? 0;
  set("--eng", 1);
  const [head, told, foot] = ["header", "#befunde", "footer"].map(tall);
  const filter = tall("#filter");
  const rest = SHEET - head - told - filter;
  const together = rest - foot >= MAP.least;
  const height = Math.max(MAP.least, Math.min(MAP.most, together ? rest - foot : rest));
  set("--blatt", `${height}px`);
  const fitting = (A4.room - A4.longer * told) / height;
  root.classList.toggle("lange-befunde", fitting < A4.least);
  set("--zoom4", fitting < A4.least ? A4.most : Math.min(A4.most, fitting));
  set("--eng4", besideOnA4(root, tall, filter));
  const room = SHEET - 15 - head - filter - tall(".links");
  set("--eng", Math.max(0.7, Math.min(1, room / tall("#profil"))));
  const notes = /** @type {HTMLElement} */ (document.querySelector("footer"));
  notes.style.breakBefore = together ? "auto" : "page";
}

/**
 * How far legend and ranking shrink to stand on one A4 sheet below the headline.
 * @param {HTMLElement} root
 * @param {(part: string) => number} tall
 * @param {number} filter
 */
function besideOnA4(root, tall, filter) {
  root.classList.add("vier");
  const [head, beside] = ["header", ".links"].map(tall);
  root.classList.remove("vier");
  return Math.max(0.6, Math.min(1, (A4.tall - head - filter) / Math.max(beside, 1)));
}
