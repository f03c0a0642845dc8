/** @module main: reads the data, makes the parts, and shows what the state says. */

import { makeCard } from "./card.js";
import { makeControls } from "./controls.js";
import { readData } from "./data.js";
import { byId, el } from "./dom.js";
import { listen } from "./fingers.js";
import { fillScreen, makeHead } from "./head.js";
import { makeLegend } from "./legend.js";
import { makeMap } from "./map.js";
import { makeOffers } from "./offers.js";
import { makePaper } from "./paper.js";
import { makeProfile } from "./profile.js";
import { makeRanking } from "./ranking.js";
import { makeSearch } from "./search.js";
import { fromAddress, shownDay, startOf, toAddress } from "./state.js";
import { makeTable } from "./table.js";
import { makeTabs } from "./tabs.js";
import { makeWords, unknown } from "./words.js";

const ADDRESS_LATER = 80; // milliseconds

/** @param {any} data what every part of the page works with */
function makeApp(data) {
  const state = startOf(data);
  const words = makeWords(data);
  const { T, number } = words;
  const edition = () => data.editions[state.year];
  const view = () => data.views[state.view];
  /** @type {any} */
  const app = {
    data,
    state,
    words,
    edition,
    view,
    /** One code per area of the shown view, on the day it shows. */
    codes: () => view().codes[shownDay(view(), edition().stichtag).at],
    fill: (/** @type {any} */ of, /** @type {string} */ code) =>
      unknown(code) ? `url(#muster-${code})` : of.colours[parseInt(code, 16)],
    badge: (/** @type {number} */ i) =>
      data.letters[i] ? [el("b", { class: "brief" }, data.letters[i])] : [],
    byName: (/** @type {number} */ a, /** @type {number} */ b) =>
      words.alphabet.compare(data.names[a], data.names[b]) || a - b,
    indexText: (/** @type {any} */ of, /** @type {number} */ i) =>
      of.index[i] === null ? "" : number(of.index[i] / 10 ** data.index.digits, data.index.digits),
    partText(/** @type {number | null} */ whole) {
      if (whole === null) return "–";
      const { partDigits } = data.index;
      const sign = whole > 0 ? "+" : whole < 0 ? "" : "±";
      return sign + number(whole / 10 ** partDigits, partDigits);
    },
    valueText(/** @type {any} */ of, /** @type {number} */ i, /** @type {number} */ k) {
      const whole = of.values[k][i];
      const sign = of.signs[k][i];
      if (whole === null) return el("abbr", { title: T[`mark_${sign}`] }, T[`sign_${sign}`]);
      const spread = of.spread ? data.spreads[of.spread[k][i]] : "";
      return words.withUnit(whole, data.indicators[k]) + (spread ? ` ${spread}` : "");
    },
    showView(/** @type {number} */ nr) {
      state.view = nr;
      state.only.clear();
      app.refresh();
    },
  };
  return app;
}

/** @param {any} app */
function paint(app) {
  const { state } = app;
  const view = app.view();
  const codes = app.codes();
  // What is not of a chosen class turns white: no chosen class may end paler than its ground.
  const off = (/** @type {string} */ code) => state.only.size > 0 && !state.only.has(code);
  /** @type {Record<string, string>} */
  const fillOf = {};
  for (const code of new Set(codes)) {
    const own = unknown(code) ? code : view.colours[parseInt(code, 16)];
    fillOf[code] = off(code) ? "#ffffff" : own;
  }
  const fills = Array.from(codes, (/** @type {string} */ code) => fillOf[code]);
  const over = Array.from(codes, (/** @type {string} */ code, i) => {
    if (off(code)) return "";
    return view.stripes?.areas[i] === "1" ? "z" : view.dots?.areas[i] === "1" ? "y" : "";
  });
  app.map.paint(fills, over, (/** @type {number} */ i) => {
    const bare = unknown(codes[i]);
    const place = parseInt(codes[i], 16);
    const ink = bare || state.only.size ? "#111111" : view.inks[place];
    return { nr: bare ? "" : view.numbers[place], ink, bare };
  });
}

/** @param {any} app */
function makeRefresh(app) {
  const { state } = app;
  const root = document.documentElement;
  const write = addressWriter(app);
  let painted = "";
  return () => {
    const look = [state.view, state.year, ...state.only].join();
    if (look !== painted) {
      paint(app);
      app.legend.show();
      painted = look;
    }
    app.controls.show();
    app.tabs.show();
    app.ranking.show();
    byId("karte").hidden = state.table;
    byId("tabelle").hidden = !state.table;
    root.classList.toggle("tabellenansicht", state.table);
    root.classList.toggle("gewaehlt", state.area !== null);
    app.map.choose(state.area, state.other);
    if (state.table) keepFocus(app.table.show);
    app.profile.show();
    write();
  };
}

/** The table is made anew; who stood in a row stands there again. @param {() => void} show */
function keepFocus(show) {
  const at = /** @type {any} */ (document.activeElement)?.dataset?.area;
  show();
  if (at !== undefined) byId("tabelle").querySelector(`[data-area="${at}"]`)?.focus();
}

/** The address is written when the picture stands: it takes as long as a picture. */
/** @param {any} app */
function addressWriter({ state, data }) {
  let waits = 0;
  return () => {
    window.clearTimeout(waits);
    waits = window.setTimeout(() => writeAddress(state, data), ADDRESS_LATER);
  };
}

/** @param {any} state @param {any} data */
function writeAddress(state, data) {
  if (location.protocol === "about:") return; // in the frame of a notebook there is no address
  const address = toAddress(state, data);
  const plain = location.pathname + location.search;
  history.replaceState(null, "", address ? `#${address}` : plain);
}

/** @param {any} app */
function makeChoose(app) {
  const { state, data, words } = app;
  return (/** @type {number | null} */ i) => {
    state.area = i;
    if (i === null || i === state.other) state.other = null;
    app.refresh();
    const name = i === null ? "" : data.names[i];
    byId("sagt").textContent = i === null ? words.T.unchosen : words.say("chosen", { name });
    if (i === null) return;
    if (!state.table) app.map.reveal(i);
    byId("profil").scrollTop = 0;
    byId("profil").querySelector("h2").focus({ preventScroll: true });
  };
}

async function start() {
  const data = await readData();
  const app = makeApp(data);
  app.refresh = () => {};
  app.choose = makeChoose(app);
  byId("karte").setAttribute("aria-label", app.words.T.map_keys);
  app.map = makeMap(byId("karte"), data);
  app.legend = makeLegend(app);
  app.profile = makeProfile(app);
  app.ranking = makeRanking(app);
  app.tabs = makeTabs(app);
  app.table = makeTable(app);
  app.controls = makeControls(app);
  makeSearch(app);
  makeHead(app);
  makePaper(app);
  makeOffers(app, byId("angebote"));
  listen(app.map, { choose: app.choose, hover: makeCard(app) });
  app.refresh = makeRefresh(app);
  fillScreen();
  Object.assign(app.state, fromAddress(location.hash, data));
  app.map.home();
  app.refresh();
  window.addEventListener("hashchange", () => {
    Object.assign(app.state, fromAddress(location.hash, data));
    app.refresh();
  });
  const sized = new ResizeObserver(() => {
    if (!document.documentElement.classList.contains("druck")) app.map.resize();
  });
  sized.observe(byId("karte"));
  document.documentElement.dataset.fertig = "1";
}

document.addEventListener("DOMContentLoaded", start);
