const SIZE = {w: 220, h: 108, left: 4, right: 6, top: 14, bottom: 16, words: true};
function places(size) {
  const width = size.w - size.left - size.right;
  return D.times.map(t => size.left + (TIMES > 1 ? t / 1000 * width : width / 2));
}
const scale = (size, [low, high]) => v =>
  size.h - size.bottom - (v - low) / (high - low) * (size.h - size.top - size.bottom);
function path(xs, ys, newFrom) {
  let out = "", pen = false;
  ys.forEach((y, t) => {
    if (t === newFrom) pen = false;
    if (y === null) { pen = false; return; }
    out += (pen ? "L" : "M") + xs[t].toFixed(1) + " " + y.toFixed(1);
    if (!pen) out += "h.01";
    pen = true;
  });
  return out;
}
// one line over time: band of chance, all areas together (dashed), the area (solid)
function chart(one, area, range, size = SIZE) {
  const xs = places(size), y = scale(size, range), parts = [], clip = v =>
    Math.max(size.top, Math.min(size.h - size.bottom, y(v)));
  if (area !== null && one.n) {
    let piece = [];
    const draw = () => {
      if (piece.length) {
        const pad = piece.length === 1 ? 3 : 0;
        const up = piece.map(([t, b], k) => (xs[t] - (k ? 0 : pad)) + " " + clip(b[1]).toFixed(1));
        const down = piece.map(([t, b]) => (xs[t] + pad) + " " + clip(b[0]).toFixed(1)).reverse();
        parts.push(`<path class="band" d="M${up.join("L")}L${down.join("L")}Z"/>`);
      }
      piece = [];
    };
    for (let t = 0; t < TIMES; t++) {
      const b = band(one, t, area);
      if (t === one.b) draw();
      if (b) piece.push([t, b]); else draw();
    }
    draw();
  }
  const zero = y(Math.max(range[0], Math.min(0, range[1]))).toFixed(1);
  parts.unshift(`<path class="achse" d="M${size.left} ${zero}H${size.w - size.right}"/>`);
  if (size.words) parts.push(words(one, size, range));
  if (one.b) {
    const x = ((xs[one.b - 1] + xs[one.b]) / 2).toFixed(1);
    parts.push(`<path class="bruch" d="M${x} ${size.top}V${size.h - size.bottom}"/>`);
  }
  const city = Array.from(one.c, v => Number.isFinite(v) ? y(v) : null);
  if (area === null || !one.absolute) {
    parts.push(`<path class="alle" d="${path(xs, city, one.b)}"/>`);
  }
  if (area !== null) {
    const line = D.periods.map((_, t) => at(one, t, area));
    const own = line.map(v => Number.isFinite(v) ? y(v) : null);
    parts.push(`<path class="linie" d="${path(xs, own, one.b)}"/>`);
    if (TIMES <= 24) own.forEach((v, t) => {
      if (v !== null) parts.push(`<circle cx="${xs[t].toFixed(1)}" cy="${v.toFixed(1)}" r="2"/>`);
    });
  }
  return `<svg viewBox="0 0 ${size.w} ${size.h}" aria-hidden="true">${parts.join("")}</svg>`;
}
// the ends of both axes
function words(one, size, range) {
  const low = range[0] < 0 ? `<text x="${size.left}" y="${size.h - size.bottom - 2}">`
    + `${safe(shown(one, range[0]))}</text>` : "";
  return `<text x="${size.left}" y="10">${safe(shown(one, range[1]))}</text>${low}`
    + `<text x="${size.left}" y="${size.h - 4}">${safe(D.periods[0])}</text>`
    + `<text class="rechts" x="${size.w - size.right}" y="${size.h - 4}">`
    + `${safe(D.periods[TIMES - 1])}</text>`;
}
function figure(one, area, range, title) {
  const there = known(one, area), last = there.length ? there[there.length - 1] : TIMES - 1;
  return `<figure><figcaption><b>${safe(title)}</b> <span>${safe(told(one, last, area))}`
    + `${there.length ? " <small>" + safe(D.periods[last]) + "</small>" : ""}</span></figcaption>`
    + `<div class="bild" data-i="${one.index}" data-a="${area}" data-r="${range.join(" ")}"></div>`
    + `<p class="lesen">${safe(sentence(one, area))}</p></figure>`;
}
// what is not on the screen is not drawn until it comes there, or is printed
function draw(place) {
  if (place.firstChild) return;
  const {i, a, r} = place.dataset;
  place.innerHTML = chart(row(Number(i)), Number(a), r.split(" ").map(Number));
}
const seen = new IntersectionObserver(entries => {
  for (const entry of entries) {
    if (entry.isIntersecting) { draw(entry.target); seen.unobserve(entry.target); }
  }
}, {rootMargin: "300px"});
function drawSeen(box) {
  seen.disconnect();
  for (const place of box.querySelectorAll(".bild")) seen.observe(place);
}
addEventListener("beforeprint", () => document.querySelectorAll("section:not([hidden]) .bild")
  .forEach(draw));
// all areas of one Stichtag on a line, a stroke each
function strip(one, period, range) {
  const size = {w: 180, h: 18, left: 2, right: 2}, width = size.w - 4;
  const x = v => (2 + (v - range[0]) / (range[1] - range[0]) * width).toFixed(1);
  let strokes = "";
  for (let a = 0; a < AREAS; a++) {
    const v = at(one, period, a);
    if (Number.isFinite(v)) strokes += `M${x(v)} 4v10`;
  }
  const c = one.absolute ? NaN : one.c[period];
  const mark = Number.isFinite(c) ? `<path class="mitte" d="M${x(c)} 0v18"/>` : "";
  return `<svg viewBox="0 0 ${size.w} ${size.h}" aria-hidden="true">`
    + `<path class="strich" d="${strokes}"/>${mark}</svg>`;
}
function table(one) {
  const head = D.periods.map(p => `<th scope="col">${safe(p)}</th>`).join("");
  const line = (name, cells, extra) => `<tr${extra}><th scope="row">${safe(name)}</th>`
    + cells.map(c => `<td>${safe(c)}</td>`).join("") + "</tr>";
  const rows = D.areas.map((name, a) => line(name, D.periods.map((_, t) => {
    const v = at(one, t, a);
    return Number.isFinite(v) ? plain(v, one.digits) : D.signs[one.why[t * AREAS + a] - 1] || "–";
  }), ""));
  const city = Array.from(one.c, v => Number.isFinite(v) ? plain(v, one.digits) : "–");
  const unit = D.units[one.unit].replace("{n}", "").trim();
  const label = one.label + (unit ? ` (${unit})` : "");
  const signs = D.signs.map((s, n) => `${s} ${D.signWords[n]}`).join(" · ");
  return `<div class="breit" tabindex="0" role="group" aria-label="${safe(label)}"><table>`
    + `<caption>${safe(label)}</caption><thead><tr><th scope="col">${safe(D.areaWord)}</th>${head}`
    + `</tr></thead><tbody>${rows.join("")}${line(W.all, city, ' class="alle"')}</tbody></table>`
    + `</div><p class="zeichen">${safe(signs)}</p>`;
}
// limits of five classes of about equally many areas, over all Stichtage
function limits(one) {
  const all = Array.from(one.v).filter(Number.isFinite).sort((a, b) => a - b);
  const cut = [1, 2, 3, 4].map(k => all[Math.floor(k * (all.length - 1) / 5 + .5)]);
  return [...new Set(cut)].filter(v => v > all[0]);
}
function map(one, period) {
  const cuts = limits(one), colours = D.colours[one.direction === "neutral" ? "neutral" : "level"];
  const turned = one.direction === "resource";
  const colour = k => {
    const place = cuts.length ? Math.round(k * 4 / cuts.length) : 2;
    return colours[turned ? 4 - place : place];
  };
  const areas = D.paths.map((d, a) => {
    const v = at(one, period, a), k = cuts.filter(c => v >= c).length;
    return `<path d="${d}" fill="${Number.isFinite(v) ? colour(k) : "#fff"}"`
      + `${Number.isFinite(v) ? "" : ' class="leer"'}><title>${safe(D.areas[a])}: `
      + `${safe(told(one, period, a))}</title></path>`;
  });
  const words = [...cuts, null].map((c, k) => {
    const low = k ? shown(one, cuts[k - 1]) : null, high = c === null ? null : shown(one, c);
    return low === null ? (high === null ? W.every : fill(W.below, {high}))
      : high === null ? fill(W.from, {low}) : fill(W.between, {low, high});
  });
  const legend = words.map((w, k) => `<li><svg viewBox="0 0 20 12" aria-hidden="true">`
    + `<rect width="20" height="12" fill="${colour(k)}"/></svg> ${safe(w)}</li>`);
  return `<svg class="karte" viewBox="${D.box}" role="img" aria-label="${safe(one.label)}, `
    + `${safe(D.periods[period])}">${areas.join("")}</svg><ul class="legende">${legend.join("")}`
    + `<li><svg viewBox="0 0 20 12" aria-hidden="true"><rect width="20" height="12" fill="#fff" `
    + `stroke="#555"/></svg> ${safe(W.nothing)}</li></ul>`;
}
