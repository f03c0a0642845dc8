/** @module offers_page: the offers on a page of their own, without a map. */

import { readData } from "./data.js";
import { byId } from "./dom.js";
import { makeOffers } from "./offers.js";
import { makeWords } from "./words.js";

async function begin() {
  const data = await readData();
  makeOffers({ data, words: makeWords(data) }, byId("angebote"));
  addEventListener("beforeprint", unfold);
  document.documentElement.dataset.fertig = "1";
}

/** On paper nothing can be opened: the table of ages is drawn before it is printed. */
function unfold() {
  for (const part of document.querySelectorAll("details")) {
    part.open = true;
    part.dispatchEvent(new Event("toggle"));
  }
}

document.addEventListener("DOMContentLoaded", begin);
