/** @module fingers: mouse, touch and keys. One finger scrolls the page, two move the map. */

const STILL = 4; // pixels a click may travel
const STEP = 60; // pixels an arrow key moves
const NEARER = 1.4;

/**
 * @param {any} map
 * @param {{choose: (i: number) => void, hover: (x: number | null, y: number) => void}} on
 */
export function listen(map, on) {
  const host = map.host;
  /** @type {Map<number, number[]>} */
  const down = new Map();
  let travelled = 0;
  const spot = (/** @type {any} */ event) => {
    const frame = host.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  function start(/** @type {PointerEvent} */ event) {
    if (isControl(event)) return;
    down.set(event.pointerId, spot(event));
    if (down.size === 1) travelled = 0;
  }
  function move(/** @type {PointerEvent} */ event) {
    const to = spot(event);
    const from = down.get(event.pointerId);
    if (!from) {
      if (event.pointerType === "mouse" && !isControl(event)) on.hover(to[0], to[1]);
      return;
    }
    travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (down.size === 2) pinch(map, others(down, event.pointerId), from, to);
    else if (event.pointerType === "mouse" && travelled > STILL) {
      map.pan(to[0] - from[0], to[1] - from[1]);
      on.hover(null, 0);
    }
    down.set(event.pointerId, to);
  }
  function end(/** @type {PointerEvent} */ event) {
    const tapped = event.type === "pointerup" && down.size === 1 && travelled <= STILL;
    const known = down.delete(event.pointerId);
    const [x, y] = spot(event);
    const found = known && tapped ? map.areaAt(x, y) : null;
    if (found !== null) on.choose(found);
  }
  host.addEventListener("pointerdown", start);
  host.addEventListener("pointermove", move);
  host.addEventListener("pointerup", end);
  host.addEventListener("pointercancel", end);
  host.addEventListener("pointerleave", (/** @type {PointerEvent} */ event) => {
    if (event.pointerType === "mouse") down.clear();
    on.hover(null, 0);
  });
  host.addEventListener("wheel", (/** @type {WheelEvent} */ event) => wheel(map, spot, event), {
    passive: false,
  });
  host.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => key(map, event));
}

/** Buttons and fields on the map do not move it. @param {Event} event */
function isControl(event) {
  return /** @type {Element} */ (event.target).closest("button, select, input") !== null;
}

/** @param {Map<number, number[]>} down @param {number} id */
function others(down, id) {
  return [...down].filter(([key_]) => key_ !== id)[0][1];
}

/**
 * @param {any} map
 * @param {number[]} other
 * @param {number[]} from
 * @param {number[]} to
 */
function pinch(map, other, from, to) {
  const before = Math.hypot(from[0] - other[0], from[1] - other[1]);
  const now = Math.hypot(to[0] - other[0], to[1] - other[1]);
  map.pan((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
  if (before > 0) map.zoom(now / before, (to[0] + other[0]) / 2, (to[1] + other[1]) / 2);
}

/**
 * The wheel scrolls the page; with Ctrl, or where the map has the focus, it zooms.
 * @param {any} map
 * @param {(event: any) => number[]} spot
 * @param {WheelEvent} event
 */
function wheel(map, spot, event) {
  if (!event.ctrlKey && document.activeElement !== map.host) return;
  event.preventDefault();
  map.zoom(event.deltaY < 0 ? 1.25 : 0.8, ...spot(event));
}

/** @param {any} map @param {KeyboardEvent} event */
function key(map, event) {
  if (event.target !== map.host || event.ctrlKey || event.altKey || event.metaKey) return;
  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => map.zoom(NEARER),
    "-": () => map.zoom(1 / NEARER),
    0: map.home,
    ArrowLeft: () => map.pan(STEP, 0),
    ArrowRight: () => map.pan(-STEP, 0),
    ArrowUp: () => map.pan(0, STEP),
    ArrowDown: () => map.pan(0, -STEP),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}
