/** @module pointnames: words beside places on the map, where they cover nothing. Pure. */

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
 * Beside the sign, above or below it: the first place where the word covers nothing, else the
 * first where it covers only signs without words; farther away only where neither is free.
 * @param {{x: number, y: number, r: number, wide: number}[]} signs wide: of the word, 0 without one
 * @param {number} width
 * @param {number} height
 * @returns {({x: number, y: number} | null)[]} per sign the middle of its word
 */
export function placeWords(signs, width, height) {
  /** @type {Frame[]} */
  const taken = signs.filter(({ wide }) => wide).map(frameOf);
  const mute = signs.filter(({ wide }) => !wide).map(frameOf);
  taken.push({ left: width - BUTTONS.wide, top: 0, right: width, bottom: BUTTONS.high });
  return signs.map(({ x, y, r, wide }) => {
    const half = wide / 2;
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
    const free = (wide ? places : [])
      .map(([right, down]) => ({
        far: right !== 0 && down !== 0,
        left: x + right - half,
        top: y + down - HIGH / 2,
        right: x + right + half,
        bottom: y + down + HIGH / 2,
      }))
      .filter((frame) => frame.left > 0 && frame.right < width)
      .filter((frame) => frame.top > 0 && frame.bottom < height)
      .filter((frame) => !taken.some((other) => meet(frame, other)));
    const clear = free.filter((frame) => !mute.some((other) => meet(frame, other)));
    const [near] = [...clear, ...free].filter(({ far }) => !far);
    const found = near ?? clear[0] ?? free[0];
    if (!found) return null;
    taken.push(found);
    return { x: found.left + half, y: found.top + HIGH / 2 };
  });
}

/** @param {{x: number, y: number, r: number}} sign */
function frameOf({ x, y, r }) {
  return { left: x - r, top: y - r, right: x + r, bottom: y + r };
}
