/** @module dom: elements, written once. Text from the data is only ever set as text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Record<string, any>} Attributes `on` holds listeners by type
 * @typedef {Node | string | null} Child null and "" are left out
 */

/** @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Set attributes: `true` is one without value, `null` and `false` are none.
 * @param {Element} node
 * @param {Attributes} attributes
 */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [type, heard] of Object.entries(value)) node.addEventListener(type, heard);
    } else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== false) node.setAttribute(name, String(value));
  }
}

/**
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @param {Element} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function filled(node, attributes, children) {
  dress(node, attributes);
  node.append(.../** @type {Node[]} */ (children.filter((one) => one !== null && one !== "")));
  return node;
}

/** The colour of a class in a box; shown in forced colours, too. @param {string} fill */
export function swatch(fill) {
  const edge = { fill, stroke: "#333", "stroke-width": 1.5 };
  const box = svg("rect", { x: 0.75, y: 0.75, width: 28.5, height: 16.5, ...edge });
  return svg("svg", { width: 30, height: 18, "aria-hidden": "true" }, box);
}

/**
 * Make a group one tab stop: arrow keys, Home and End move within it.
 * @param {any} group
 * @param {string} selector
 */
export function roving(group, selector) {
  const all = () => [...group.querySelectorAll(selector)];
  all().forEach((item, i) => {
    item.tabIndex = i ? -1 : 0;
  });
  group.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    const items = all();
    const here = items.indexOf(event.target);
    const next = nextPlace(event.key, here, items.length);
    if (here < 0 || next === null) return;
    event.preventDefault();
    for (const item of items) item.tabIndex = -1;
    items[next].tabIndex = 0;
    items[next].focus();
  };
}

/**
 * Where a key moves to in a list; null = nowhere.
 * @param {string} key
 * @param {number} here
 * @param {number} n
 */
export function nextPlace(key, here, n) {
  /** @type {Record<string, number>} */
  const to = {
    ArrowDown: here + 1,
    ArrowRight: here + 1,
    ArrowUp: here - 1,
    ArrowLeft: here - 1,
    Home: 0,
    End: n - 1,
  };
  const next = to[key];
  return next === undefined || next < 0 || next >= n ? null : next;
}
