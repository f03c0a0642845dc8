/** @module tabs: the questions most often asked of the map, one button each. */

import { byId, el, roving } from "./dom.js";

/** @param {any} app */
export function makeTabs(app) {
  const host = byId("reiter");
  const buttons = app.data.tabs.map((/** @type {{label: string, view: number}} */ one) => {
    const click = () => app.showView(one.view);
    return el("button", { type: "button", "data-view": one.view, on: { click } }, one.label);
  });
  host.append(...buttons);
  host.hidden = buttons.length < 2;
  roving(host, "button");
  return {
    show() {
      for (const one of buttons) {
        one.setAttribute("aria-pressed", String(+one.dataset.view === app.state.view));
      }
    },
  };
}
