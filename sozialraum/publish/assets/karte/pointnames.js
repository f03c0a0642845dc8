/** @module pointnames: words beside places on the map, where they cover nothing. Pure. */

const LETTER = 5.6; // mean width of a letter, pixels
const HIGH = 13; // of a line
const AWAY = 3; // from the rim of the sign
const BUTTONS = { wide: 52, high: 130 }; // the corner where the map is made larger

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Frame
 * @param {Frame} one
 * @param {Frame} other
 */
function meet(one, other) {
  const across = one.left < other.right && other.left < one.right;
  return across && one.top < other.bottom && other.top < one.bottom;
}

/**
 * Beside the sign, above or below it: the first place where the word covers nothing.
 * @param {{x: number, y: number, r: number, word: string}[]} signs
 * @param {number} width
 * @param {number} height
 * @returns {({x: number, y: number} | null)[]} per sign the middle of its word
 */
export function placeWords(signs, width, height) {
  /** @type {Frame[]} */
  const taken = signs.map(({ x, y, r }) => ({
    left: x - r,
    top: y - r,
    right: x + r,
    bottom: y + r,
  }));
  taken.push({ left: width - BUTTONS.wide, top: 0, right: width, bottom: BUTTONS.high });
  return signs.map(({ x, y, r, word }) => {
    const half = (LETTER * word.length) / 2;
    const side = r + AWAY + half;
    const over = r + HIGH / 2 + 1;
    const places = [
      [side, 0],
      [-side, 0],
      [0, -over],
      [0, over],
      [side, -over],
      [side, over],
      [-side, -over],
      [-side, over],
    ];
    for (const [right, down] of word ? places : []) {
      const frame = {
        left: x + right - half,
        top: y + down - HIGH / 2,
        right: x + right + half,
        bottom: y + down + HIGH / 2,
      };
      const across = frame.left > 0 && frame.right < width;
      const inside = across && frame.top > 0 && frame.bottom < height;
      if (inside && !taken.some((other) => meet(frame, other))) {
        taken.push(frame);
        return { x: x + right, y: y + down };
      }
    }
    return null;
  });
}
