/** @module data: reads what the page holds: plain, or packed where there are very many areas. */

import { byId } from "./dom.js";
import { many } from "./parts.js";

/** @returns {Promise<any>} */
export async function readData() {
  const node = byId("daten");
  if (node.type === "application/json") return JSON.parse(node.textContent);
  const stream = new Blob([bytesOf(node.textContent)]).stream();
  const whole = new Response(stream.pipeThrough(new DecompressionStream("deflate")));
  return many.unpacked(new Uint8Array(await whole.arrayBuffer()));
}

/** @param {string} text base64 */
function bytesOf(text) {
  const native = /** @type {any} */ (Uint8Array).fromBase64; // not yet in every browser
  if (native) return native.call(Uint8Array, text);
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let i = 0; i < signs.length; i++) bytes[i] = signs.charCodeAt(i);
  return bytes;
}
