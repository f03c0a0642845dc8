/** Buttons that move the map nearer, further away, and back to the whole city. */

import { el, roving } from "./dom.js";

/** One tab stop; arrow keys move within it. @param {any} map @param {any} T */
export function zoomButtons(map, T) {
  const steps = [
    ["+", T.zoom_in, () => map.zoom(1.5)],
    ["−", T.zoom_out, () => map.zoom(1 / 1.5)],
    ["⤢", T.whole_city, () => map.home()],
  ];
  const buttons = steps.map(([sign, label, click]) =>
    el("button", { type: "button", "aria-label": label, title: label, on: { click } }, sign),
  );
  const group = el("div", { class: "zoomen" }, ...buttons);
  map.host.append(group);
  roving(group, "button");
}
