/** @module data: reads what the page holds, plain or compressed. */

import { byId } from "./dom.js";

/** @returns {Promise<any>} */
export async function readData() {
  const node = byId("daten");
  if (node.type === "application/json") return JSON.parse(node.textContent);
  const bytes = Uint8Array.from(atob(node.textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}
