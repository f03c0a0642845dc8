/** @module head: what unfolds above and below the map. */

import { byId } from "./dom.js";

const NARROW = 860; // pixels
const FIRST = 3; // sentences shown before the rest is asked for

/** The map fills what the head leaves of the screen. */
export function fillScreen() {
  const top = byId("seite").getBoundingClientRect().top + window.scrollY;
  document.documentElement.style.setProperty("--oben", `${top}px`);
}

/** @param {any} app */
export function makeHead(app) {
  headline(app);
  findings(app);
  window.addEventListener("resize", fillScreen);
}

/** @param {any} app */
function headline({ data, words, choose }) {
  for (const button of byId("kern").querySelectorAll("[data-gebiet]")) {
    button.addEventListener("click", () => choose(data.keys.indexOf(button.dataset.gebiet)));
  }
  byId("mehr")?.addEventListener("click", (/** @type {any} */ { target }) => {
    const open = byId("kern").classList.toggle("offen");
    target.setAttribute("aria-expanded", String(open));
    target.textContent = open ? words.T.less_told : target.dataset.mehr;
    fillScreen();
  });
}

/** @param {any} app */
function findings({ words }) {
  const [box, button] = [byId("befunde"), byId("alle-befunde")];
  if (!box) return;
  const lines = [...box.querySelectorAll("li")];
  function unfold(/** @type {boolean} */ open) {
    box.classList.toggle("kurz", !open);
    button.setAttribute("aria-expanded", String(open));
    const all = words.say("findings_all", { n: lines.length });
    button.textContent = open ? words.T.findings_fewer : all;
    fillScreen();
  }
  // Columns as wide as their words are many end on about the same line.
  for (const line of lines) line.style.flexGrow = String(line.textContent.length);
  if (lines.length <= (window.innerWidth <= NARROW ? 1 : FIRST)) return;
  button.hidden = false;
  button.addEventListener("click", () => unfold(box.classList.contains("kurz")));
  unfold(false);
}
