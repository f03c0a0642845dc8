/** @module scatter: burden against reach: who needs it, and whom does the offer not reach? */

import { el, svg } from "./dom.js";

const [WIDE, TALL] = [420, 250];
const EDGE = { left: 34, right: 12, top: 12, bottom: 26 };
const STEPS = 4;
const MOST_IN_PATH = 400; // a path of thousands is drawn in their square
const MOST_DOTS = 600; // more are one blot per colour: no single dot could be met

/**
 * A round number at least as large as `most`, for the end of an axis.
 * @param {number} most 0..1
 */
export function roundEnd(most) {
  return Math.min(1, Math.max(0.1, Math.ceil(most * 10 - 1e-9) / 10));
}

/**
 * Dots for the areas with both numbers; right = more burden, up = more reached.
 * @param {(number | null)[]} index
 * @param {(number | null)[]} rates
 * @param {boolean} highIsBurden
 */
export function dotsOf(index, rates, highIsBurden) {
  const known = [...index.keys()].filter((i) => index[i] !== null && rates[i] !== null);
  const values = known.map((i) => Number(index[i]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return known.map((i) => {
    const share = high > low ? (Number(index[i]) - low) / (high - low) : 0.5;
    return { i, burden: highIsBurden ? share : 1 - share, rate: Number(rates[i]) };
  });
}

/** @param {any} app */
export function scatter(app) {
  const { data, state, words } = app;
  const { reach } = data;
  if (!reach || state.year < data.editions.length - 1) return [];
  const dots = dotsOf(app.edition().index, reach.values, data.highIsBurden);
  if (dots.length < 3) return [];
  const all = dots.map(({ i, rate }) => reach.high?.[i] ?? rate);
  const most = roundEnd(largest([...all, reach.city]));
  const x = (/** @type {number} */ share) =>
    EDGE.left + 10 + share * (WIDE - EDGE.left - EDGE.right - 20);
  const y = (/** @type {number} */ rate) =>
    TALL - EDGE.bottom - (rate / most) * (TALL - EDGE.top - EDGE.bottom);
  const label = words.say("scatter_label", { reach: reach.label });
  const look = { class: "wolke", viewBox: `0 0 ${WIDE} ${TALL}`, role: "img", "aria-label": label };
  const many = dots.length > MOST_DOTS;
  const single = dots.filter(({ i }) => !many || data.letters[i] || i === state.area);
  single.sort((a, b) => size(app, b.i) - size(app, a.i));
  const drawing = svg(
    "svg",
    look,
    ...corner(app, dots, x, y),
    ...axes(app, most, y),
    ...(many ? blots(data, dots, x, y) : []),
    ...single.flatMap((one) => mark(app, one, x, y)),
  );
  drawing.addEventListener("click", (/** @type {any} */ { target }) => {
    const area = target.closest("[data-area]")?.dataset.area;
    if (area !== undefined) app.choose(+area);
  });
  return [
    el(
      "figure",
      { class: "streubild" },
      el("figcaption", {}, words.say("scatter", { reach: reach.label })),
      drawing,
      el("p", { class: "klein" }, words.T.scatter_key),
    ),
  ];
}

/** @param {(number | null)[]} values */
function largest(values) {
  return values.reduce((/** @type {number} */ most, value) => Math.max(most, value ?? 0), 0);
}

/**
 * Very many areas: one path per colour.
 * @param {any} data
 * @param {any[]} dots
 * @param {(share: number) => number} x
 * @param {(rate: number) => number} y
 */
function blots(data, dots, x, y) {
  const codes = data.views[0].codes.at(-1);
  /** @type {Map<string, Set<string>>} */
  const byFill = new Map();
  for (const { i, burden, rate } of dots) {
    const fill = data.views[0].colours[parseInt(codes[i], 16)] ?? "#ffffff";
    if (!byFill.has(fill)) byFill.set(fill, new Set());
    byFill.get(fill)?.add(`M${x(burden).toFixed(1)} ${y(rate).toFixed(1)}h2v2h-2z`);
  }
  const drawn = (/** @type {string} */ fill) => (/** @type {string[]} */ d) =>
    svg("path", { class: "blot", fill, d: d.join("") });
  return [...byFill].flatMap(([fill, d]) => inParts([...d], MOST_IN_PATH).map(drawn(fill)));
}

/** @param {string[]} all @param {number} most */
function inParts(all, most) {
  const starts = all.flatMap((_, k) => (k % most ? [] : [k]));
  return starts.map((k) => all.slice(k, k + most));
}

/** @param {any} app @param {number} i */
function size(app, i) {
  const { people } = app.data;
  const n = people ? people.values[i] : null;
  if (n === null) return 5;
  const most = largest(people.values);
  return 4 + 7 * Math.sqrt(n / Math.max(most, 1));
}

/**
 * The corner of those who need it and are not reached.
 * @param {any} app
 * @param {any[]} dots
 * @param {(share: number) => number} x
 * @param {(rate: number) => number} y
 */
function corner({ data, words }, dots, x, y) {
  const { city } = data.reach;
  if (city === null) return [];
  const mean = dots.reduce((sum, { burden }) => sum + burden, 0) / dots.length;
  const box = {
    x: x(mean),
    y: y(city),
    width: WIDE - EDGE.right - x(mean),
    height: y(0) - y(city),
  };
  const text = { class: "ecke-wort", x: WIDE - EDGE.right - 4, y: y(0) - 6, "text-anchor": "end" };
  const line = { class: "stadt", x1: EDGE.left, x2: WIDE - EDGE.right, y1: y(city), y2: y(city) };
  const name = { class: "achse", x: WIDE - EDGE.right, y: y(city) - 4, "text-anchor": "end" };
  const told = words.say("scatter_city", { n: Math.round(city * 100) });
  return [
    svg("rect", { class: "ecke", ...box }),
    svg("text", text, words.T.scatter_missing),
    svg("line", line),
    svg("text", name, told),
  ];
}

/** @param {any} app @param {number} most @param {(rate: number) => number} y */
function axes({ words: { T } }, most, y) {
  const steps = [...Array(STEPS + 1).keys()].map((k) => (k / STEPS) * most);
  const numbers = steps.map((rate) => {
    const at = { class: "achse", x: EDGE.left - 5, y: y(rate) + 4, "text-anchor": "end" };
    return svg("text", at, String(Math.round(rate * 100)));
  });
  const base = svg("path", {
    class: "grundlinie",
    d: `M${EDGE.left} ${y(0)}H${WIDE - EDGE.right}`,
  });
  const under = TALL - 8;
  return [
    base,
    ...numbers,
    svg("text", { class: "achse", x: EDGE.left, y: under }, T.scatter_less),
    svg(
      "text",
      { class: "achse", x: WIDE - EDGE.right, y: under, "text-anchor": "end" },
      T.scatter_more,
    ),
  ];
}

/**
 * @param {any} app
 * @param {any} one
 * @param {(share: number) => number} x
 * @param {(rate: number) => number} y
 */
function mark(app, { i, burden, rate }, x, y) {
  const { data, state } = app;
  const [low, high] = [data.reach.low?.[i] ?? null, data.reach.high?.[i] ?? null];
  const [cx, cy] = [x(burden).toFixed(1), y(rate).toFixed(1)];
  const code = data.views[0].codes.at(-1)[i];
  const fill = data.views[0].colours[parseInt(code, 16)] ?? "#ffffff";
  const letter = data.letters[i];
  const bar =
    low === null || high === null
      ? []
      : [svg("path", { class: "spanne", d: `M${cx} ${y(low).toFixed(1)}V${y(high).toFixed(1)}` })];
  const kind =
    state.area === i ? "wolkenpunkt gewaehlt" : letter ? "wolkenpunkt genanntes" : "wolkenpunkt";
  const r = letter ? Math.max(8, size(app, i)) : size(app, i);
  const dot = svg("circle", {
    class: kind,
    cx,
    cy,
    r: r.toFixed(1),
    fill: letter ? "#c2500a" : fill,
  });
  const name = letter ? [svg("text", { class: "wolkenbrief", x: cx, y: +cy + 4 }, letter)] : [];
  return [svg("g", { "data-area": i }, svg("title", {}, data.names[i]), ...bar, dot, ...name)];
}
