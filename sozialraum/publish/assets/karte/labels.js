/** @module labels: where the name of an area fits: inside it and off the dots. Pure. */

const LETTER = 3.1; // half the mean width of a letter, pixels
const LINE = 7; // half the height of a line
const MARGIN = 9; // of a name to its neighbour place

/** Tried in turn, in shares of the size of the words: the middle first. */
const PLACES = [
  [0, 0],
  [0, -0.5],
  [0, 0.5],
  [0, -1],
  [0, 1],
  [-0.5, 0],
  [0.5, 0],
  [-1, 0],
  [1, 0],
  [-0.5, -1],
  [0.5, -1],
  [-0.5, 1],
  [0.5, 1],
];
const CORNERS = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
  [0, -1],
  [0, 1],
];

/**
 * A name in one line, in two, word by word, or no name: longest lines first.
 * @param {string} name
 * @returns {string[][]}
 */
export function breaks(name) {
  const words = name.replace(/ (\S{1,2})$/, "\u00a0$1").split(" ");
  const ends = words.map((_, k) => words.slice(0, k + 1).join(" ").length);
  const half = ends.findIndex((length) => length >= name.length / 2) + 1;
  const two = [words.slice(0, half).join(" "), words.slice(half).join(" ")].filter(Boolean);
  return [[name], two, words, []];
}

/**
 * The first lines and place that stay inside the area and off the dots.
 * @param {string} name
 * @param {number} free pixels around the middle of the area
 * @param {{x: number, y: number}[]} dots pixels from the middle
 * @param {(x: number, y: number) => boolean} isInside of the area, pixels from the middle
 * @returns {{lines: string[], x: number, y: number} | null}
 */
export function placeName(name, free, dots, isInside) {
  for (const lines of breaks(name)) {
    const w = lines.length ? LETTER * Math.max(...lines.map((text) => text.length)) : 5;
    const h = LINE * (lines.length + 1);
    if (lines.length && w > 3 * free) continue;
    for (const [right, down] of PLACES) {
      const [x, y] = [right * (w + MARGIN), down * (h + LINE)];
      const hit = dots.some((dot) => Math.abs(dot.x - x) < w + 7 && Math.abs(dot.y - y) < h + 5);
      if (!hit && CORNERS.every(([a, b]) => isInside(x + a * w, y + b * h))) return { lines, x, y };
    }
  }
  return dots.some((dot) => Math.hypot(dot.x, dot.y) < 11) ? null : { lines: [], x: 0, y: 0 };
}
