const VIEWS = [...document.querySelectorAll("main > section")].map(part => part.id);
const state = {view: "overview", one: 0, as: "lines", period: TIMES - 1, area: 0, left: 0,
  right: Math.min(1, D.indicators.length - 1)};
const box = view => document.querySelector(`#${view} .inhalt`);
const GOALS = D.indicators.some(one => one.g) ? 1 : 0;
const options = (list, chosen) => list.map((label, n) =>
  `<option value="${n}"${n === chosen ? " selected" : ""}>${safe(label)}</option>`).join("");
function byTheme(chosen) {
  return D.themes.map((theme, k) => {
    const own = D.indicators.map((i, n) => [i, n]).filter(([i]) => i.theme === k);
    const list = own.map(([i, n]) =>
      `<option value="${n}"${n === chosen ? " selected" : ""}>${safe(i.label)}</option>`).join("");
    return D.themes.length > 1 ? `<optgroup label="${safe(theme)}">${list}</optgroup>` : list;
  }).join("");
}
const choice = (name, label, list) =>
  `<label>${safe(label)} <select data-wahl="${name}">${list}</select></label>`;

function overview() {
  const last = TIMES - 1;
  const rows = D.themes.map((theme, k) => {
    const own = D.indicators.map((_, n) => n).filter(n => D.indicators[n].theme === k);
    const lines = own.map(n => {
      const one = row(n), there = Array.from(one.c.keys()).filter(t => Number.isFinite(one.c[t]));
      const end = there[there.length - 1], start = alike(one, there)[0];
      const now = there.length ? shown(one, one.c[end]) : "–";
      const when = there.length && end !== last ? ` <small>${safe(D.periods[end])}</small>` : "";
      const moved = start !== end ? one.c[end] - one.c[start] : NaN;
      const change = Number.isFinite(moved)
        ? `${moved > 0 ? "+" : ""}${plain(moved, one.digits)} <small>`
          + `${safe(fill(W.since, {period: D.periods[start]}))}</small>` : "–";
      const size = {w: 110, h: 26, left: 2, right: 2, top: 3, bottom: 3}, range = lineEnds(one);
      let holds = 0;
      for (let a = 0; a < AREAS; a++) holds += Number.isFinite(at(one, last, a));
      const why = holds ? strip(one, last, valueEnds(one, last))
        : `<small>${safe(D.signWords[one.why[last * AREAS] - 1] || "")}</small>`;
      const goal = GOALS ? `<td>${lights(one)}</td>` : "";
      return `<tr><th scope="row"><button type="button" data-zeige="${n}">${safe(one.label)}`
        + `</button></th><td>${safe(now)}${when}</td><td>${change}</td>`
        + `<td>${chart(one, null, range, size)}</td><td>${why}</td>${goal}</tr>`;
    }).join("");
    return `<tbody><tr class="thema"><th colspan="${5 + GOALS}" scope="rowgroup">`
      + `${safe(theme)}</th></tr>`
      + `${lines}</tbody>`;
  });
  const named = GOALS ? [...W.columns, W.goalColumn] : W.columns;
  const heads = named.map(h => `<th scope="col">${safe(h)}</th>`).join("");
  box("overview").innerHTML = `<p class="lesen">${safe(W.overview)}${
    GOALS ? " " + safe(W.goals) : ""}</p><div class="breit" `
    + `tabindex="0" role="group" aria-label="${safe(W.overviewLabel)}"><table class="ueberblick">`
    + `<thead><tr>${heads}</tr></thead>${rows.join("")}</table></div>`;
}
// a light has a shape and a word; without a goal there is none
function lights(one) {
  return (one.g || []).map(([code, light, goal]) => `<span class="ziel ${code}">${safe(light)}`
    + `</span> <small>${safe(goal)}</small>`).join("<br>");
}
const goalsOf = one => (one.g || []).map(([code, light, , said]) =>
  `<p class="lesen"><span class="ziel ${code}">${safe(light)}</span> ${safe(said)}</p>`).join("");
function spread(list) {
  const there = list.filter(Number.isFinite), low = Math.min(...there), high = Math.max(...there);
  return there.length ? (high > low ? [low, high] : [low - 1, high + 1]) : [0, 1];
}
const lineEnds = one => spread(Array.from(one.c));
const valueEnds = (one, t) => spread([...one.v.subarray(t * AREAS, (t + 1) * AREAS),
  ...(one.absolute ? [] : [one.c[t]])]);

function single() {
  const one = row(state.one), ways = ["lines", "table", "map"];
  const how = ways.map(w => `<button type="button" data-als="${w}" `
    + `aria-pressed="${w === state.as}">${safe(W.as[w])}</button>`).join("");
  const periods = choice("period", W.period, options(D.periods, state.period));
  const when = state.as === "map" ? periods : "";
  let body = "";
  if (state.as === "lines") {
    const range = ends(one);
    body = `<p class="lesen">${safe(one.n ? W.lines : W.linesPlain)}</p><div class="vielfache">`
      + D.areas.map((name, a) => figure(one, a, range, name)).join("") + "</div>";
  } else body = state.as === "table" ? table(one) : map(one, state.period);
  box("one").innerHTML = `<div class="wahl">${choice("one", W.indicator, byTheme(state.one))}`
    + `<span role="group" aria-label="${safe(W.shownAs)}">${how}</span>${when}</div>`
    + `<h3>${safe(one.label)}</h3><p class="lesen">${safe(one.about)}</p>${goalsOf(one)}${body}`;
  drawSeen(box("one"));
}
function area() {
  const parts = D.themes.map((theme, k) => {
    const own = D.indicators.map((_, n) => n).filter(n => D.indicators[n].theme === k);
    return `<h3>${safe(theme)}</h3><div class="vielfache gesagt">${own.map(n =>
      figure(row(n), state.area, ends(row(n)), D.indicators[n].label)).join("")}</div>`;
  });
  box("area").innerHTML = `<div class="wahl">${choice("area", D.areaWord,
    options(D.areas, state.area))}</div><p class="lesen">${safe(W.areaLead)}</p>${parts.join("")}`;
  drawSeen(box("area"));
}
function together(x, y, period) {
  const pairs = [];
  for (let a = 0; a < AREAS; a++) {
    const p = at(x, period, a), q = at(y, period, a);
    if (Number.isFinite(p) && Number.isFinite(q)) pairs.push([p, q, a]);
  }
  return pairs;
}
function relation(pairs) {
  const n = pairs.length, mean = k => pairs.reduce((s, p) => s + p[k], 0) / n;
  if (n < 10) return fill(W.few, {n});
  const [mx, my] = [mean(0), mean(1)], sum = (f) => pairs.reduce((s, p) => s + f(p), 0);
  const sxx = sum(p => (p[0] - mx) ** 2), syy = sum(p => (p[1] - my) ** 2);
  if (!(sxx > 0 && syy > 0)) return fill(W.flat, {n});
  const r = Math.max(-.999999, Math.min(.999999,
    sum(p => (p[0] - mx) * (p[1] - my)) / Math.sqrt(sxx * syy)));
  const half = 1.959964 / Math.sqrt(n - 3);
  const limit = [-half, half].map(h => Math.tanh(Math.atanh(r) + h));
  const word = limit[0] > 0 ? W.same : limit[1] < 0 ? W.opposite : W.open;
  const [low, high] = limit.map(e => plain(Math.round(e * 100), 2));
  return fill(word, {n, low, high});
}
function scatter(x, y, pairs) {
  const [rx, ry] = [spread(pairs.map(p => p[0])), spread(pairs.map(p => p[1]))];
  const px = v => 40 + (v - rx[0]) / (rx[1] - rx[0]) * 340;
  const py = v => 265 - (v - ry[0]) / (ry[1] - ry[0]) * 235;
  const dots = pairs.map(([p, q, a]) => `<circle cx="${px(p).toFixed(1)}" cy="${py(q).toFixed(1)}" `
    + `r="${a === state.area ? 6 : 4}"${a === state.area ? ' class="hier"' : ""}><title>${safe(
      D.areas[a])}: ${safe(shown(x, p))}, ${safe(shown(y, q))}</title></circle>`).join("");
  return `<svg class="wolke" viewBox="0 0 400 310" role="img" aria-label="${safe(fill(W.cloud,
    {x: x.label, y: y.label, n: pairs.length}))}"><path class="achse" d="M36 14V274H388"/>${dots}`
    + `<text x="36" y="292">${safe(shown(x, rx[0]))}</text><text x="388" y="292" class="rechts">`
    + `${safe(shown(x, rx[1]))}</text><text x="4" y="12">${safe(shown(y, ry[1]))}</text></svg>`;
}
function two() {
  const [x, y] = [row(state.left), row(state.right)], pairs = together(x, y, state.period);
  box("two").innerHTML = `<div class="wahl">${choice("left", W.left, byTheme(state.left))}`
    + `${choice("right", W.right, byTheme(state.right))}${choice("area", D.areaWord,
      options(D.areas, state.area))}${choice("period", W.period, options(D.periods, state.period))}`
    + `</div><div class="paar">${figure(x, state.area, ends(x), x.label)}`
    + `${figure(y, state.area, ends(y), y.label)}</div><h3>${safe(fill(W.cloud,
      {x: x.label, y: y.label, n: pairs.length}))}</h3>`
    + `<p>${safe(relation(pairs))}</p>${pairs.length ? scatter(x, y, pairs) : ""}`;
  drawSeen(box("two"));
}
const DRAW = {overview, one: single, area, two}, drawn = new Set();
function show(view, focus) {
  state.view = view;
  for (const name of VIEWS) document.getElementById(name).hidden = name !== view;
  for (const b of document.querySelectorAll("nav button")) {
    if (b.dataset.sicht === view) b.setAttribute("aria-current", "page");
    else b.removeAttribute("aria-current");
  }
  if (DRAW[view] && !(view === "overview" && drawn.has(view))) DRAW[view]();
  drawn.add(view);
  if (focus) document.getElementById("h-" + view).focus();
}
document.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.sicht) show(button.dataset.sicht, true);
  if (button.dataset.zeige) { state.one = Number(button.dataset.zeige); show("one", true); }
  if (button.dataset.als) {
    state.as = button.dataset.als;
    single();
    document.querySelector(`[data-als="${state.as}"]`).focus();
  }
});
document.addEventListener("change", event => {
  const name = event.target.dataset.wahl;
  if (!name) return;
  state[name] = Number(event.target.value);
  DRAW[state.view]();
  document.querySelector(`#${state.view} [data-wahl="${name}"]`).focus();
});
show("overview", false);
document.documentElement.dataset.fertig = "";
