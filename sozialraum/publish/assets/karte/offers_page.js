/** @module offers_page: the offers on a page of their own, without a map. */

import { readData } from "./data.js";
import { byId } from "./dom.js";
import { makeOffers } from "./offers.js";
import { makeWords } from "./words.js";

async function begin() {
  const data = await readData();
  makeOffers({ data, words: makeWords(data) }, byId("angebote"));
  document.documentElement.dataset.fertig = "1";
}

document.addEventListener("DOMContentLoaded", begin);
