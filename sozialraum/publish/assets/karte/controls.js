/** @module controls: view, year, layers and the two ways to look: map or table. */

import { byId, el } from "./dom.js";
import { signOf } from "./marks.js";
import { zoomButtons } from "./zoom.js";

/** @param {any} app */
export function makeControls(app) {
  views(app);
  years(app);
  layers(app);
  zoomButtons(app.map, app.words.T);
  const turn = () => {
    app.state.table = !app.state.table;
    app.refresh();
    if (!app.state.table) app.map.resize();
  };
  byId("umschalten").addEventListener("click", turn);
  byId("skip-tabelle").addEventListener("click", () => {
    app.state.table = true;
    app.refresh();
  });
  return { show: () => show(app) };
}

/** @param {any} app */
function show({ state, words, edition }) {
  byId("ansicht").value = String(state.view);
  byId("jahr").value = String(state.year);
  byId("jahr").setAttribute("aria-valuetext", edition().shown);
  byId("jahrtext").textContent = edition().period;
  byId("umschalten").setAttribute("aria-pressed", String(state.table));
  byId("umschalten").textContent = state.table ? words.T.show_map : words.T.show_table;
}

/** @param {any} app */
function views(app) {
  const select = byId("ansicht");
  /** @type {Map<string, any>} */
  const groups = new Map();
  app.data.views.forEach((/** @type {any} */ view, /** @type {number} */ i) => {
    if (!groups.has(view.group)) groups.set(view.group, el("optgroup", { label: view.group }));
    groups.get(view.group).append(el("option", { value: i }, view.label));
  });
  select.append(...groups.values());
  select.addEventListener("change", () => app.showView(+select.value));
}

/** @param {any} app */
function years(app) {
  const { data, state } = app;
  const slider = byId("jahr");
  byId("jahrfeld").hidden = data.editions.length < 2;
  slider.max = String(data.editions.length - 1);
  slider.addEventListener("input", () => {
    state.year = +slider.value;
    app.refresh();
  });
}

/** @param {any} app */
function layers({ data, map }) {
  const signs = [
    ...data.outlines.map(() => "▭"),
    ...data.points.map((/** @type {any} */ _, /** @type {number} */ nr) => signOf(nr)),
  ];
  const boxes = [...data.outlines, ...data.points].map((layer, k) => {
    const box = el("input", { type: "checkbox" });
    box.checked = layer.on;
    box.addEventListener("change", () => map.toggle(k, box.checked));
    map.toggle(k, layer.on);
    const sign = el("span", { class: "zeichen", "aria-hidden": "true" }, signs[k]);
    return el("label", {}, box, sign, layer.label);
  });
  byId("zeigen").append(...boxes);
}

