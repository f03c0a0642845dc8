/** @module words: numbers and sentences of the page; the texts come with the data. Pure. */

import { el } from "./dom.js";

export const NO_CLASS = "smkun";

/** @param {string} code */
export function unknown(code) {
  return NO_CLASS.includes(code);
}

/**
 * Fill a text: "{n}" is the value, "{n:1 Gebiet|# Gebiete}" is worded by whether it is one.
 * @param {string} text
 * @param {Record<string, any>} [values]
 */
export function worded(text, values = {}) {
  return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    if (one === undefined) return values[name];
    return (values[name] === 1 ? one : many).replace("#", values[name]);
  });
}

/**
 * Letters as they are searched: without case, umlauts and ß.
 * @param {string} text
 */
export function fold(text) {
  const small = text.toLowerCase().replace(/ß/g, "ss");
  return small.replace(/ae|ä/g, "a").replace(/oe|ö/g, "o").replace(/ue|ü/g, "u");
}

/** @param {string} name @param {string} kind told only where the name does not say it */
export function pointName(name, kind) {
  return kind && !name.toLowerCase().includes(kind.toLowerCase()) ? `${name} (${kind})` : name;
}

/** @param {any} data */
export function makeWords(data) {
  const T = data.texts;
  const alphabet = new Intl.Collator(data.locale, { numeric: true });
  /** @type {Map<number, Intl.NumberFormat>} */
  const formats = new Map();
  /** @param {number} value @param {number} digits */
  function number(value, digits) {
    if (!formats.has(digits)) {
      const ends = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      formats.set(digits, new Intl.NumberFormat(data.locale, ends));
    }
    const format = /** @type {Intl.NumberFormat} */ (formats.get(digits));
    return format.format(value).replace("-", "\u2212");
  }
  /** @param {string} key @param {Record<string, any>} [values] */
  const say = (key, values) => worded(T[key], values);
  /** @param {number} whole @param {{unit: string, digits: number}} figure */
  const withUnit = (whole, figure) =>
    say(`unit_${figure.unit}`, { n: number(whole / 10 ** figure.digits, figure.digits) });
  /** Words of the build are German in every language; a screen reader has to know. */
  const own = (/** @type {string} */ text) =>
    data.lang === "de" || !text ? text : el("span", { lang: "de" }, text);
  return { T, alphabet, number, say, withUnit, own, ...classWords(say, number, T) };
}

/**
 * Classes in words.
 * @param {(key: string, values?: Record<string, any>) => string} say
 * @param {(value: number, digits: number) => string} number
 * @param {Record<string, string>} T
 */
function classWords(say, number, T) {
  /** @param {any} view @param {number} i */
  function limits(view, i) {
    const show = (/** @type {number} */ x) =>
      say(`unit_${view.unit}`, { n: number(x, view.digits) });
    const [low, high] = [view.limits[i - 1], view.limits[i]];
    if (!view.limits.length) return "";
    if (low === undefined) return say(view.right ? "up_to" : "below", { high: show(high) });
    if (high === undefined) return say(view.right ? "above" : "from", { low: show(low) });
    const between = { low: number(low, view.digits), high: show(high) };
    return say(view.right ? "above_up_to" : "from_below", between);
  }
  /** @param {any} view @param {string} code */
  function className(view, code) {
    if (unknown(code)) return T[`mark_${code}`];
    const i = parseInt(code, 16);
    return view.classes[i] || limits(view, i);
  }
  /** "4 hoch" @param {any} view @param {string} code */
  function numbered(view, code) {
    const i = parseInt(code, 16);
    const [nr, label] = [view.numbers[i], view.classes[i]];
    if (unknown(code) || !label || label === nr) return className(view, code);
    return `${nr} ${label}`.trim();
  }
  /** "Klasse 4: hoch" @param {any} view @param {string} code */
  function classTitle(view, code) {
    const i = parseInt(code, 16);
    const [nr, label] = [view.numbers[i], view.classes[i]];
    if (unknown(code) || !label) return className(view, code);
    return label === nr ? say("class_nr", { nr }) : say("class_is", { nr, label });
  }
  return { limits, className, numbered, classTitle };
}
