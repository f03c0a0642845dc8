"use strict";
(function () {
  const field = document.getElementById("wort");
  const list = document.getElementById("fundstellen");
  const chapters = document.getElementById("kapitel");
  const told = document.getElementById("treffer");
  const words = document.getElementById("inhalt").dataset;
  const plain = text => text.toLowerCase().normalize("NFC");

  // One place per heading: the heading, its page, and the text down to the next heading.
  function places() {
    const found = [];
    for (const section of document.querySelectorAll("main > section")) {
      const title = section.querySelector("h2").textContent;
      let place = null;
      for (const part of section.children) {
        if (/^H[2-5]$/.test(part.tagName)) {
          const id = part.tagName === "H2" ? section.id : part.id;
          place = { id, title, head: part.textContent, text: plain(title + " ") };
          found.push(place);
        }
        place.text += plain(part.textContent) + " ";
      }
    }
    return found;
  }

  let all = null;
  function search() {
    all = all || places();
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    const asked = wanted.join("").length > 1;
    const hits = asked ? all.filter(p => wanted.every(w => p.text.includes(w))) : [];
    const inHead = p => wanted.every(w => plain(p.head).includes(w)) ? 0 : 1;
    hits.sort((a, b) => inHead(a) - inHead(b));
    list.replaceChildren(...hits.slice(0, 30).map(entry));
    list.hidden = hits.length === 0;
    chapters.hidden = hits.length > 0;
    told.textContent = !asked ? "" : hits.length === 0 ? words.keine
      : hits.length === 1 ? words.eine : hits.length + " " + words.mehrere;
  }

  function entry(place) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#" + place.id;
    link.textContent = place.head === place.title ? place.title : place.title + ": " + place.head;
    item.append(link);
    return item;
  }

  field.addEventListener("input", search);
  field.form.addEventListener("submit", event => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.focus();
  });
  document.documentElement.dataset.fertig = "";
})();
