"use strict";
/* The committee page: paints codes that Python has decided, and explains one area. Reads #daten, asks nobody else.
   Text from the data is only ever set as textContent. */
document.addEventListener("DOMContentLoaded", () => {
  const byId = id => document.getElementById(id);
  const D = JSON.parse(byId("daten").textContent), T = D.texts, N = D.keys.length;
  const state = {view: 0, year: D.editions.length - 1, area: null, other: null, table: false, only: new Set(), sort: "name", down: false};

  /* ---- words, numbers, elements ---- */
  const formats = {};
  function number(value, digits) {
    formats[digits] ??= new Intl.NumberFormat(D.locale, {minimumFractionDigits: digits, maximumFractionDigits: digits});
    return formats[digits].format(value).replace("-", "\u2212");
  }
  /* "{n}" is the value; "{n:1 Gebiet|# Gebiete}" is worded by whether it is one. */
  const say = (key, values = {}) => T[key].replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) =>
    one === undefined ? values[name] : (values[name] === 1 ? one : many).replace("#", values[name]));
  const withUnit = (whole, fig) => T["unit_" + fig.unit].replace("{n}", number(whole / 10 ** fig.digits, fig.digits));
  const year = () => D.editions[state.year];

  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") Object.entries(value).forEach(([type, listener]) => node.addEventListener(type, listener));
      else if (value === true) node.setAttribute(name, "");
      else if (value !== null && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.filter(child => child !== null && child !== ""));
    return node;
  }
  /* Words of the build are German in every language of the page; a screen reader has to know. */
  const own = text => D.lang === "de" || !text ? text : el("span", {lang: "de"}, text);
  const swatch = fill => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [k, v] of Object.entries({width: 30, height: 18, "aria-hidden": "true"})) svg.setAttribute(k, v);
    for (const [k, v] of Object.entries({x: .75, y: .75, width: 28.5, height: 16.5, fill, stroke: "#333", "stroke-width": 1.5})) box.setAttribute(k, v);
    svg.append(box);
    return svg;
  };
  /* Arrow keys, Home and End move within a group that is one tab stop. */
  function roving(group, selector) {
    const all = () => [...group.querySelectorAll(selector)];
    all().forEach((item, i) => { item.tabIndex = i ? -1 : 0; });
    group.onkeydown = event => {
      const items = all(), here = items.indexOf(event.target);
      const next = {ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0, End: items.length - 1}[event.key];
      if (here < 0 || next === undefined || !items[next]) return;
      event.preventDefault();
      items.forEach(item => { item.tabIndex = -1; });
      items[next].tabIndex = 0;
      items[next].focus();
    };
  }

  /* ---- the map ---- */
  const map = window.map_karte, frame = map.getContainer();
  byId("karte").append(frame);
  map.attributionControl.setPrefix(false);
  L.control.zoom({zoomInTitle: T.zoom_in, zoomOutTitle: T.zoom_out}).addTo(map);
  L.control.scale({imperial: false}).addTo(map);
  frame.setAttribute("aria-label", T.map_keys);
  if (D.basemap) {
    const now = new Date(), credit = D.basemap.credit.replace("{month}", String(now.getMonth() + 1).padStart(2, "0")).replace("{year}", now.getFullYear());
    L.tileLayer(D.basemap.url, {attribution: credit, maxZoom: 18}).addTo(map);
  }

  function line(steps) {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) points.push([(y += steps[i + 1]) / 1e5, (x += steps[i]) / 1e5]);
    return points;
  }
  const shapes = D.shapes.map(parts => parts.map(rings => rings.map(line)));
  const svg = L.svg({padding: .3}).addTo(map);
  const flat = {renderer: svg, smoothFactor: 0};
  const areas = shapes.map((shape, i) => L.polygon(shape, {...flat, color: "#fff", weight: 2.6, fillOpacity: 1}).on("click", () => choose(i)).addTo(map));
  // The dark core of all borders is one line, so 5,000 areas cost one more element and not 5,000.
  const core = L.polyline(shapes.flat(2).map(ring => [...ring, ring[0]]), {...flat, color: "#333", weight: 1, interactive: false}).addTo(map);
  /* Offers differ by shape, never by hue: colour speaks of areas only. */
  const corners = {"■": [[-1, -1], [1, -1], [1, 1], [-1, 1]], "◆": [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]], "▲": [[0, -1.3], [1.2, 1], [-1.2, 1]], "▼": [[0, 1.3], [1.2, -1], [-1.2, -1]],
    "✚": [[-.4, -1.2], [.4, -1.2], [.4, -.4], [1.2, -.4], [1.2, .4], [.4, .4], [.4, 1.2], [-.4, 1.2], [-.4, .4], [-1.2, .4], [-1.2, -.4], [-.4, -.4]]};
  const Sign = L.CircleMarker.extend({_updatePath() {
    const at = this._point, r = this._radius, shape = corners[this.options.sign];
    if (!shape || this._empty()) return this._renderer._updateCircle(this);
    this._renderer._setPath(this, "M" + shape.map(([x, y]) => `${at.x + x * r} ${at.y + y * r}`).join("L") + "Z");
  }});
  const stripes = L.layerGroup().addTo(map);
  const marked = {area: [], other: []}, tip = L.tooltip({direction: "top", offset: [0, -6]});
  const layers = [...D.outlines.map(outlineLayer), ...D.points.map(pointLayer)];
  const labels = L.layerGroup().addTo(map);
  /* Areas the headline names: an orange contour and a letter, on every view. */
  D.letters.forEach((letter, i) => { if (letter) ["#fff", "#c2500a"].forEach((color, k) => L.polygon(shapes[i], {...flat, color, weight: k ? 3 : 6, fill: false, interactive: false, className: "genannt"}).addTo(map)); });
  const badge = i => D.letters[i] ? [el("b", {class: "brief"}, D.letters[i])] : [];
  byId("kern").querySelectorAll("[data-gebiet]").forEach(button => button.addEventListener("click", () => choose(D.keys.indexOf(button.dataset.gebiet))));
  const bounds = L.latLngBounds(shapes.flat(3));
  svg._container.setAttribute("aria-hidden", "true");

  function fill(code) { return "smkun".includes(code) ? `url(#muster-${code})` : D.views[state.view].colours[parseInt(code, 16)]; }
  /* A view shows the day it holds; where that is not the chosen one, the legend says so. */
  const dayOf = view => { const at = view.days.indexOf(year().stichtag); return at < 0 ? view.days.length - 1 : at; };
  const isOwn = view => view.days.includes(year().stichtag);
  const codesOf = view => view.codes[dayOf(view)];
  const codeOf = i => codesOf(D.views[state.view])[i];
  function paint() {
    areas.forEach((layer, i) => {
      const code = codeOf(i), off = state.only.size && !state.only.has(code);
      // What is not of a chosen class turns white: no chosen class may end paler than the ground around it.
      dye(layer, off ? "#ffffff" : fill(code), D.basemap ? .75 : 1);
    });
    stripe(D.views[state.view]);
    fillLabels();
  }
  /* setStyle writes nine attributes; only two can have changed, and mostly none has. */
  function dye(layer, fillColor, fillOpacity) {
    if (layer.options.fillColor === fillColor && layer.options.fillOpacity === fillOpacity) return;
    Object.assign(layer.options, {fillColor, fillOpacity});
    layer._path.setAttribute("fill", fillColor);
    layer._path.setAttribute("fill-opacity", fillOpacity);
  }
  function stripe(view) {
    stripes.clearLayers();
    areas.forEach((layer, i) => {
      if (view.stripes?.areas[i] !== "1" || state.only.size && !state.only.has(codeOf(i))) return;
      L.polygon(shapes[i], {...flat, stroke: false, fillColor: "url(#muster-z)", fillOpacity: 1, interactive: false, className: "streifen"}).addTo(stripes);
    });
    core.bringToFront();
    svg._rootGroup.querySelectorAll(".genannt").forEach(path => path.parentNode.append(path));
    [...marked.other, ...marked.area].forEach(layer => layer.bringToFront());
    layers.forEach(layer => map.hasLayer(layer.group) && layer.group.eachLayer(one => one.bringToFront?.()));
  }
  function outlineLayer(outline) {
    const group = L.layerGroup();
    outline.lines.forEach((lines, i) => {
      L.polyline(lines.map(line), {...flat, color: "#fff", weight: 6, interactive: false}).addTo(group);
      L.polyline(lines.map(line), {...flat, color: "#1a1a1a", weight: 2.5, dashArray: "9 4", interactive: false}).addTo(group);
      L.marker(outline.spots[i], {icon: textIcon("umriss", [outline.names[i]]), interactive: false, keyboard: false}).addTo(group);
    });
    return {label: outline.label, group, on: outline.on, sign: "▭"};
  }
  function pointLayer(layer, nr) {
    const group = L.layerGroup(), sign = "■◆▲●▼✚"[nr % 6];
    // bindTooltip would make every point a tab stop without a name; points are listed in the profile.
    layer.points.forEach(([lat, lon, ...said]) => new Sign([lat, lon], {renderer: svg, sign, radius: frame.clientWidth < 600 ? 4 : 5.5, color: "#fff", weight: 2, fillColor: "#1a1a1a", fillOpacity: 1})
      .on("mouseover", () => tip.setLatLng([lat, lon]).setContent(el("span", {}, pointName(...said))).addTo(map))
      .on("mouseout", () => tip.remove()).addTo(group));
    return {label: layer.label, group, on: layer.on, sign, points: layer.points};
  }
  const pointName = (name, kind) => kind && !name.toLowerCase().includes(kind.toLowerCase()) ? `${name} (${kind})` : name;
  function textIcon(type, lines, shift = [0, 0]) { return L.divIcon({className: "schrift " + type, html: el("div", {}, ...lines), iconAnchor: [-shift[0], -shift[1]]}); }
  /* Class numbers and names stand where they fit: no class is told by colour alone. */
  let labelled = [];
  function placeLabels() {
    labels.clearLayers();
    const scale = 156543 * Math.cos(bounds.getCenter().lat * Math.PI / 180) / 2 ** map.getZoom(), seen = map.getBounds().pad(.05);
    const room = D.spots.map((spot, i) => [spot[2] / scale, i]).filter(([free, i]) => (free >= 9 || D.letters[i]) && seen.contains(D.spots[i])).sort((a, b) => b[0] - a[0]).slice(0, 250);
    const dots = layers.filter(layer => layer.points && map.hasLayer(layer.group)).flatMap(layer => layer.points.map(point => map.latLngToLayerPoint(point.slice(0, 2))));
    labelled = room.flatMap(([free, i]) => {
      const at = map.latLngToLayerPoint(D.spots[i]), near = dots.map(dot => dot.subtract(at)).filter(d => Math.abs(d.x) < 150 && Math.abs(d.y) < 60);
      const place = labelPlace(i, at, free, near);
      if (!place && !D.letters[i]) return [];
      const [words, shift] = place ?? [[], [0, 0]];
      const nr = el("span", {class: "nr"}), icon = textIcon("", [...badge(i), nr, ...words.map(word => el("span", {class: "ort"}, word))], shift);
      L.marker(D.spots[i].slice(0, 2), {icon, interactive: false, keyboard: false}).addTo(labels);
      return [{i, nr, box: icon.options.html}];
    });
    fillLabels();
  }
  /* The whole name in one line, in two, word by word, or only the number: the first that stays inside the area and off the dots. */
  function labelPlace(i, at, free, dots) {
    const words = D.names[i].replace(/ (\S{1,2})$/, "\u00a0$1").split(" "), corner = svg._container.createSVGPoint();
    const half = words.findIndex((_, k) => words.slice(0, k + 1).join(" ").length >= D.names[i].length / 2) + 1;
    const inside = (x, y, w, h) => [[-1, -1], [1, -1], [-1, 1], [1, 1], [0, -1], [0, 1]].every(([right, down]) => {
      Object.assign(corner, {x: at.x + x + right * w, y: at.y + y + down * h});
      return areas[i]._path.isPointInFill(corner);
    });
    for (const lines of [[D.names[i]], [words.slice(0, half).join(" "), words.slice(half).join(" ")].filter(Boolean), words, []]) {
      const w = lines.length ? 3.1 * Math.max(...lines.map(text => text.length)) : 5, h = 7 * (lines.length + 1);
      if (lines.length && w > 3 * free) continue;
      for (const [right, down] of [[0, 0], [0, -.5], [0, .5], [0, -1], [0, 1], [-.5, 0], [.5, 0], [-1, 0], [1, 0], [-.5, -1], [.5, -1], [-.5, 1], [.5, 1]]) {
        const [x, y] = [right * (w + 9), down * (h + 7)];
        if (!dots.some(dot => Math.abs(dot.x - x) < w + 7 && Math.abs(dot.y - y) < h + 5) && inside(x, y, w, h)) return [lines, [x, y]];
      }
    }
    return dots.some(dot => Math.hypot(dot.x, dot.y) < 11) ? null : [[], [0, 0]];
  }
  function fillLabels() {
    const view = D.views[state.view];
    for (const {i, nr, box} of labelled) {
      const code = codeOf(i), mark = "smkun".includes(code);
      nr.textContent = mark ? "" : view.numbers[parseInt(code, 16)];
      box.style.color = mark || state.only.size ? "#111" : view.inks[parseInt(code, 16)];
      box.classList.toggle("hell", mark);
    }
  }
  function borderWeights() {
    const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
    const thin = Math.max(.3, Math.min(1, Math.sqrt(size.x * size.y / N) / 45));
    areas.forEach(layer => layer.setStyle({weight: 2.6 * thin}));
    core.setStyle({weight: Math.max(.4, thin)});
  }
  function outline(which, colour) {
    marked[which].forEach(layer => layer.remove());
    if (state[which] === null) { marked[which] = []; return; }
    marked[which] = [["#fff", 8], [colour, 4]].map(([color, weight]) =>
      L.polygon(shapes[state[which]], {...flat, color, weight, fill: false, interactive: false, dashArray: which === "other" && weight === 4 ? "8 5" : null}).addTo(map));
  }
  map.on("zoomend", borderWeights).on("moveend", placeLabels);
  /* The map fills what the head leaves of the screen. */
  const fillScreen = () => document.documentElement.style.setProperty("--oben", byId("seite").getBoundingClientRect().top + window.scrollY + "px");
  const wholeCity = () => { map.invalidateSize(false); map.fitBounds(bounds, {padding: [12, 12], animate: false}); };

  /* ---- what is shown: view, year, legend ---- */
  function limits(view, i) {
    const show = x => T["unit_" + view.unit].replace("{n}", number(x, view.digits)), [low, high] = [view.limits[i - 1], view.limits[i]];
    if (!view.limits.length) return "";
    if (low === undefined) return say(view.right ? "up_to" : "below", {high: show(high)});
    if (high === undefined) return say(view.right ? "above" : "from", {low: show(low)});
    return say(view.right ? "above_up_to" : "from_below", {low: number(low, view.digits), high: show(high)});
  }
  function className(view, code) {
    if ("smkun".includes(code)) return T["mark_" + code];
    const i = parseInt(code, 16);
    return view.classes[i] || limits(view, i);
  }
  function classWords(view, code) {
    const i = parseInt(code, 16), nr = view.numbers[i], label = view.classes[i];
    return "smkun".includes(code) || !label || label === nr ? className(view, code) : `${nr} ${label}`.trim();
  }
  function classTitle(view, code) {
    const i = parseInt(code, 16), nr = view.numbers[i], label = view.classes[i];
    return "smkun".includes(code) || !label ? className(view, code) : label === nr ? say("class_nr", {nr}) : say("class_is", {nr, label});
  }
  function legend() {
    const view = D.views[state.view], codes = codesOf(view), count = code => codes.split(code).length - 1;
    const classes = view.order.map(i => i.toString(16)), marks = [..."skmun"].filter(count), entries = list => list.map(code => legendEntry(view, code, count(code)));
    byId("legende-was").textContent = D.editions.length > 1 ? `${view.label} ·\u00a0${view.shown[dayOf(view)]}` : view.label;
    byId("nur-von").hidden = isOwn(view);
    byId("nur-von").textContent = isOwn(view) ? "" : say("only_of", {date: view.shown[dayOf(view)]});
    byId("richtung").replaceChildren(own(view.said));
    byId("klassen").replaceChildren(...entries(classes), ...stripesEntry(view), ...entries(marks), ...contourEntry());
    byId("klassen").dataset.kopf = T.areas;
    roving(byId("klassen"), "button");
    byId("legende-hinweis").textContent = view.note;
  }
  function legendEntry(view, code, n) {
    const i = parseInt(code, 16), mark = "smkun".includes(code);
    const name = mark || !view.classes[i] ? "" : classWords(view, code), range = mark ? "" : limits(view, i);
    return el("li", {class: mark ? "ganz" : null}, el("button", {type: "button", "aria-pressed": String(state.only.has(code)), "data-code": code, on: {click: () => filterBy(code)}},
      swatch(fill(code)), mark ? el("span", {class: "text"}, T["mark_" + code]) : name ? el("span", {class: "text"}, own(name)) : "",
      range ? el("span", {class: name ? "grenzen" : "grenzen text"}, range) : "", countOf(n)));
  }
  /* The column has a heading; who only hears the entry hears the word, too. */
  function countOf(n) {
    const [before, after] = say(n === 1 ? "count_one" : "count", {n}).split(String(n));
    return el("span", {class: "zahl"}, before && el("span", {class: "nur-ton"}, before), String(n), el("span", {class: "nur-ton"}, after));
  }
  function contourEntry() {
    const n = D.letters.filter(Boolean).length, box = el("span", {class: "umrandet", "aria-hidden": "true"});
    return n ? [el("li", {class: "ganz streifen"}, box, el("span", {class: "text"}, T.contour), countOf(n))] : [];
  }
  function stripesEntry(view) {
    if (!view.stripes) return [];
    const n = [...view.stripes.areas].filter(one => one === "1").length;
    return [el("li", {class: "ganz streifen"}, swatch("url(#muster-z)"), el("span", {class: "text"}, own(say("stripes_of", view.stripes))), countOf(n))];
  }
  function filterBy(code) {
    state.only.has(code) ? state.only.delete(code) : state.only.add(code);
    refresh();
    byId("klassen").querySelectorAll("button").forEach(button => { if (button.dataset.code === code) button.focus(); });
  }
  function filterBanner() {
    const view = D.views[state.view], banner = byId("filter"), shown = [...codesOf(view)].filter(c => state.only.has(c)).length;
    banner.hidden = !state.only.size;
    banner.firstElementChild.textContent = say("filter_on", {classes: [...state.only].map(c => className(view, c)).join(", "), n: shown, of: N});
  }
  byId("filter").querySelector("button").addEventListener("click", () => { state.only.clear(); refresh(); byId("haupt").focus(); });

  /* ---- one area ---- */
  function valueText(edition, i, k) {
    const whole = edition.values[k][i];
    const spread = edition.spread ? edition.spread[k][i] : "";
    return whole === null ? el("abbr", {title: T["mark_" + edition.signs[k][i]]}, T["sign_" + edition.signs[k][i]]) : withUnit(whole, D.indicators[k]) + (spread ? " " + spread : "");
  }
  const indexText = (edition, i) => edition.index[i] === null ? "" : number(edition.index[i] / 10 ** D.index.digits, D.index.digits);
  const partText = whole => whole === null ? "–" : (whole > 0 ? "+" : whole < 0 ? "" : "±") + number(whole / 10 ** D.index.partDigits, D.index.partDigits);
  /* How far an area lies from the least burdened one: the worst has the longest bar, whatever the index measures. */
  function bar(whole, k) {
    const box = el("span", {class: "balken", "aria-hidden": "true"}), fillBar = el("i");
    fillBar.style.width = Math.abs(whole - D.index.least[k]) / D.index.longest * 100 + "%";
    box.append(fillBar);
    return box;
  }
  function profile() {
    const box = byId("profil"), i = state.area;
    box.className = state.other === null ? "" : "zwei";
    if (i === null) { box.replaceChildren(el("h2", {}, T.choose_head), el("p", {}, T.choose), el("p", {class: "klein"}, T.choose_hint)); return; }
    const edition = year(), main = D.views[0], code = main.codes[state.year][i];
    box.replaceChildren(
      el("h2", {}, ...badge(i), D.names[i] + " ", el("span", {class: "schl"}, D.keys[i])),
      el("p", {class: "marke"}, swatch("smkun".includes(code) ? `url(#muster-${code})` : main.colours[parseInt(code, 16)]),
        el("span", {}, "smkun".includes(code) ? T["mark_" + code] : own(classTitle(main, code)))),
      state.view ? el("p", {}, `${D.views[state.view].label}: ${(D.views[state.view].group === main.group ? classTitle : className)(D.views[state.view], codeOf(i))}`) : "",
      facts(edition, i), ...sentences(edition, i, code).map(s => el("p", {}, s)),
      el("div", {class: "profilknoepfe"}, compareChoice(),
        el("button", {type: "button", on: {click: () => map.fitBounds(areas[i].getBounds(), {maxZoom: 15, padding: [30, 30]})}}, T.zoom_area),
        el("button", {type: "button", on: {click: () => { choose(null); byId("suche").focus(); }}}, T.unchoose)),
      composition(edition, i), ...certainty(i), ...withheld(edition, i), ...extras(i));
  }
  function facts(edition, i) {
    const pairs = [];
    if (edition.index[i] !== null) pairs.push([T.index, indexText(edition, i)]);
    if (edition.rank[i] !== null) {
      const rank = edition.rank[i], ranked = edition.rank.filter(r => r !== null), others = ranked.filter(r => r === rank).length - 1;
      pairs.push([T.rank, say("rank_of", {rank, of: ranked.length}) + (others ? ", " + say("rank_shared", {n: others}) : "")]);
    }
    D.facts.forEach(fact => { if (fact.values[i]) pairs.push([fact.label, fact.values[i]]); });
    return el("dl", {class: "zahlen"}, ...pairs.map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v))));
  }
  function sentences(edition, i, code) {
    const told = [], view = D.views[0];
    if ("smkun".includes(code)) return [T["why_" + code]];
    if (edition.index[i] === null) told.push(T.class_only);
    const same = [...view.codes[state.year]].filter(c => c === code).length;
    told.push(say(same === 1 ? "class_alone" : "class_shared", {n: same, of: N}));
    const apart = unlikeOthers(edition, i);
    if (apart.up !== null) told.push(say("lifts", {label: D.indicators[apart.up].label}));
    if (apart.down !== null) told.push(say(apart.up === null ? "lowers_only" : "lowers", {label: D.indicators[apart.down].label}));
    const before = D.editions[state.year - 1];
    if (before && before.index[i] !== null && edition.index[i] !== null) {
      const step = edition.index[i] - before.index[i];
      told.push(say(step > 0 ? "rose" : step < 0 ? "fell" : "stayed", {year: before.period, from: indexText(before, i), to: indexText(edition, i)}));
    }
    return [told.join(" ")];
  }
  function certainty(i) {
    if (state.year < D.editions.length - 1) return [];
    const told = [own((D.words[i] ?? []).join(" ")), D.said[i].join(" ")].filter(Boolean);
    return told.length ? [el("h3", {}, T.sure), ...told.map(words => el("p", {}, words))] : [];
  }
  function withheld(edition, i) {
    const labels = mark => D.indicators.filter((_, k) => edition.values[k][i] === null && edition.signs[k][i] === mark).map(indicator => say("quoted", indicator));
    const told = [..."sfkmun"].map(mark => [mark, labels(mark)]).filter(([mark, found]) => found.length && (mark === "f" || found.length < D.indicators.length));
    return told.length ? [el("h3", {}, T.held), ...told.map(([mark, found]) => el("p", {}, say("held_" + mark, {labels: found.join(", ")})))] : [];
  }
  /* Which contribution lies furthest above and below the mean of all areas. */
  function unlikeOthers(edition, i) {
    const apart = edition.parts.slice(0, -1).map((row, k) => {
      const known = row.filter(v => v !== null);
      return [row[i] === null ? 0 : row[i] - known.reduce((a, b) => a + b, 0) / known.length, k];
    }).sort((a, b) => b[0] - a[0]);
    return {up: apart[0][0] > 0 ? apart[0][1] : null, down: apart.at(-1)[0] < 0 ? apart.at(-1)[1] : null};
  }
  function composition(edition, i) {
    const j = state.other, places = j === null ? [i] : [i, j], hasCity = D.editions.some(e => e.city.some(value => value !== null));
    const cell = text => el("td", {class: "z"}, text), heading = text => el("th", {scope: "col", class: "z"}, text);
    const head = [el("th", {scope: "col", class: "strich"}, T.indicator), heading(T.here), ...places.slice(1).map(k => heading(D.names[k])), ...(hasCity ? [heading(T.city)] : []), heading(T.part)];
    const whole = {scope: "rowgroup", colspan: head.length}, gap = () => el("td", {colspan: head.length - 2});
    const rows = D.indicators.map((indicator, k) => {
      const city = edition.city[k], part = edition.parts[k][i];
      return el("tbody", {}, el("tr", {}, el("th", whole, own(indicator.label), el("span", {class: "pfeil"}, " (" + T["dir_" + indicator.direction] + ")"))),
        el("tr", {}, el("td", {class: "strich"}, part === null ? "" : bar(part, k)), ...places.map(place => cell(valueText(edition, place, k))), ...(hasCity ? [cell(city === null ? "–" : withUnit(city, indicator))] : []), cell(partText(part))));
    });
    const rest = edition.parts.at(-1)[i];
    if (rest) rows.push(el("tbody", {}, el("tr", {}, el("th", whole, T.rest)), el("tr", {}, el("td", {class: "strich"}), ...(head.length > 2 ? [gap()] : []), cell(partText(rest)))));
    const foot = edition.index[i] === null ? "" : el("tfoot", {}, el("tr", {}, el("th", {scope: "row", colspan: head.length - 1}, T.index), cell(indexText(edition, i))));
    return el("table", {}, el("caption", {}, say("composition", {date: edition.shown}), el("span", {class: "klein balken-heisst"}, T.bars)), el("thead", {}, el("tr", {}, ...head)), ...rows, foot);
  }
  function compareChoice() {
    const order = [...D.names.keys()].sort((a, b) => D.names[a].localeCompare(D.names[b], D.locale, {numeric: true}));
    const select = el("select", {"aria-label": T.compare_with, on: {change: () => { state.other = select.value === "" ? null : +select.value; refresh(); byId("profil").querySelector("select").focus(); }}},
      el("option", {value: ""}, T.compare_with), ...order.filter(j => j !== state.area).map(j => el("option", {value: j}, D.names[j])));
    select.value = state.other === null ? "" : String(state.other);
    return select;
  }
  /* Areas alike: smallest distance between the contributions of the published index. */
  function alike(i) {
    const parts = year().parts.slice(0, -1), known = j => parts.every(row => row[j] !== null);
    if (!known(i)) return [];
    return [...D.keys.keys()].filter(j => j !== i && known(j)).map(j => [parts.reduce((sum, row) => sum + (row[i] - row[j]) ** 2, 0), j])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 3).map(pair => pair[1]);
  }
  function extras(i) {
    const blocks = [], near = alike(i);
    if (near.length) blocks.push(el("div", {class: "aehnlich"}, el("h3", {}, T.alike), el("p", {class: "klein"}, T.alike_how),
      el("div", {class: "profilknoepfe"}, ...near.map(j => el("button", {type: "button", on: {click: () => { state.other = j; refresh(); }}}, D.names[j])))));
    D.points.forEach(layer => {
      const here = layer.points.filter(point => point[4] === i);
      if (here.length) blocks.push(el("h3", {}, say("points_here", {label: layer.label, n: here.length})), el("ul", {}, ...here.map(([, , ...said]) => el("li", {}, pointName(...said)))));
    });
    D.extras.forEach(extra => { if (extra.lines[i].length) blocks.push(el("h3", {}, extra.label), ...extra.lines[i].map(text => el("p", {}, text))); });
    return blocks;
  }
  function choose(i) {
    state.area = i;
    if (i === null || i === state.other) state.other = null;
    refresh();
    if (i !== null && !state.table && !map.getBounds().contains(D.spots[i].slice(0, 2))) map.panTo(D.spots[i].slice(0, 2));
    if (i !== null && window.innerWidth <= 860) byId("profil").scrollIntoView({block: "start"});
  }

  /* ---- search ---- */
  const search = byId("suche"), hits = byId("treffer");
  const fold = text => text.toLowerCase().replace(/ß/g, "ss").replace(/ae|ä/g, "a").replace(/oe|ö/g, "o").replace(/ue|ü/g, "u");
  const folded = D.names.map(fold);
  function find() {
    const wanted = fold(search.value.trim()), found = [];
    folded.forEach((name, i) => { if (wanted && (name.includes(wanted) || fold(D.keys[i]).startsWith(wanted))) found.push([name.startsWith(wanted) ? 0 : 1, i]); });
    return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 12).map(pair => pair[1]);
  }
  function showHits() {
    const found = find();
    hits.replaceChildren(...found.map((i, nr) => el("li", {role: "option", id: "treffer-" + nr, "aria-selected": "false", on: {mousedown: event => { event.preventDefault(); take(i); }}}, D.names[i], el("span", {class: "schl"}, D.keys[i]))));
    if (search.value.trim() && !found.length) hits.append(el("li", {role: "option", "aria-selected": "false", "aria-disabled": "true"}, T.nothing_found));
    openHits(Boolean(hits.children.length));
    hits.dataset.areas = JSON.stringify(found);
    mark(found.length ? 0 : -1);
  }
  function openHits(open) { hits.hidden = !open; search.setAttribute("aria-expanded", String(open)); if (!open) search.removeAttribute("aria-activedescendant"); }
  function mark(nr) {
    [...hits.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === nr)));
    hits.dataset.at = nr;
    if (nr >= 0) { search.setAttribute("aria-activedescendant", "treffer-" + nr); hits.children[nr].scrollIntoView({block: "nearest"}); }
  }
  function take(i) { search.value = D.names[i]; openHits(false); choose(i); }
  search.addEventListener("input", showHits);
  search.addEventListener("blur", () => openHits(false));
  search.addEventListener("keydown", event => {
    const found = JSON.parse(hits.dataset.areas || "[]"), at = +(hits.dataset.at ?? -1), open = !hits.hidden;
    if (event.key === "ArrowDown" && !open) showHits();
    else if (event.key === "ArrowDown" && found.length) mark((at + 1) % found.length);
    else if (event.key === "ArrowUp" && found.length) mark((at + found.length - 1) % found.length);
    else if (event.key === "Enter" && open && at >= 0) take(found[at]);
    else if (event.key === "Escape") { openHits(false); return; }
    else return;
    event.preventDefault();
  });
  document.querySelector(".werkzeug").addEventListener("submit", event => event.preventDefault());

  /* ---- the table says all the map says ---- */
  const columns = () => {
    const edition = year(), main = D.views[0], codes = main.codes[state.year];
    const sign = i => "smkun".includes(codes[i]) ? T["sign_" + codes[i]] : T.class_sign;
    return [
      {id: "name", label: T.area, text: i => D.names[i], order: i => D.names[i]},
      {id: "key", label: T.key, text: i => D.keys[i], order: i => D.keys[i]},
      {id: "class", label: T.class, text: i => classWords(main, codes[i]), order: i => "smkun".includes(codes[i]) ? null : parseInt(codes[i], 16)},
      {id: "index", label: T.index, number: true, text: i => indexText(edition, i) || sign(i), order: i => edition.index[i]},
      {id: "rank", label: T.rank, number: true, text: i => String(edition.rank[i] ?? sign(i)), order: i => edition.rank[i]},
      ...D.indicators.map((indicator, k) => ({id: indicator.id, label: indicator.label, number: true, text: i => valueText(edition, i, k), order: i => edition.values[k][i]})),
      ...D.facts.map((fact, k) => ({id: "fact" + k, label: fact.label, number: true, words: true, text: i => fact.values[i] || "–", order: i => fact.order[i]}))];
  };
  function table() {
    const cols = columns(), by = cols.find(c => c.id === state.sort) ?? cols[0], factor = state.down ? -1 : 1;
    const compare = (a, b) => {
      const [x, y] = [by.order(a), by.order(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return factor * (typeof x === "string" ? x.localeCompare(y, D.locale, {numeric: true}) : x - y);
    };
    const shown = [...D.keys.keys()].filter(i => !state.only.size || state.only.has(codeOf(i))).sort(compare);
    // On paper without buttons: Chromium repeats only a plain head on every sheet.
    const paper = document.documentElement.classList.contains("druck");
    const head = el("tr", {}, ...cols.map(c => el("th", {scope: "col", class: c.number ? "z" : null, "aria-sort": c === by ? (state.down ? "descending" : "ascending") : null}, paper ? c.label :
      el("button", {type: "button", on: {click: () => { state.down = state.sort === c.id && !state.down; state.sort = c.id; table(); byId("tabelle").querySelector("th[aria-sort] button").focus(); }}}, c.label))));
    const body = el("tbody", {}, ...shown.map(i => el("tr", {class: i === state.area ? "gewaehlt" : null},
      el("th", {scope: "row"}, el("button", {type: "button", on: {click: () => choose(i)}, "data-area": i}, ...badge(i), D.names[i])),
      ...cols.slice(1).map(c => el("td", {class: c.words ? "z worte" : c.number ? "z" : null}, c.text(i))))));
    byId("tabelle").replaceChildren(el("table", {}, el("caption", {}, say("table_caption", {n: shown.length, of: N, date: year().shown})), el("thead", {}, head), body));
    roving(head, "button");
    roving(body, "button");
  }
  byId("umschalten").addEventListener("click", () => { state.table = !state.table; refresh(); if (!state.table) map.invalidateSize(false); });
  byId("skip-tabelle").addEventListener("click", () => { state.table = true; refresh(); });

  /* ---- everything follows the state ---- */
  let painted = "";
  function refresh() {
    const look = [state.view, state.year, [...state.only]].join();
    if (look !== painted) { paint(); legend(); filterBanner(); painted = look; }
    byId("ansicht").value = String(state.view);
    byId("jahr").value = String(state.year);
    byId("jahr").setAttribute("aria-valuetext", year().shown);
    byId("jahrtext").textContent = year().period;
    byId("umschalten").setAttribute("aria-pressed", String(state.table));
    byId("umschalten").textContent = state.table ? T.show_map : T.show_table;
    byId("karte").hidden = state.table;
    byId("tabelle").hidden = !state.table;
    document.documentElement.classList.toggle("tabellenansicht", state.table);
    document.documentElement.classList.toggle("gewaehlt", state.area !== null);
    outline("other", "#111");
    outline("area", "#111");
    if (state.table) {
      const at = document.activeElement?.dataset?.area;
      table();
      if (at !== undefined) byId("tabelle").querySelector(`[data-area="${at}"]`)?.focus();
    }
    profile();
    writeAddress();
  }
  function writeAddress() {
    const parts = {zeigt: state.view ? D.views[state.view].id : null, jahr: state.year < D.editions.length - 1 ? year().stichtag : null,
      gebiet: D.keys[state.area] ?? null, vergleich: D.keys[state.other] ?? null, tabelle: state.table ? "1" : null};
    const address = new URLSearchParams(Object.entries(parts).filter(pair => pair[1] !== null)).toString();
    if (location.protocol === "about:") return;                 // in the frame of a notebook there is no address
    history.replaceState(null, "", address ? "#" + address : location.pathname + location.search);
  }
  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1)), place = (list, value) => list.indexOf(value) < 0 ? null : list.indexOf(value);
    state.view = place(D.views.map(v => v.id), given.get("zeigt")) ?? 0;
    state.year = place(D.editions.map(e => e.stichtag), given.get("jahr")) ?? D.editions.length - 1;
    state.area = place(D.keys, given.get("gebiet"));
    state.other = state.area === null ? null : place(D.keys, given.get("vergleich"));
    state.table = given.get("tabelle") === "1";
  }
  const groups = Map.groupBy ? Map.groupBy(D.views.keys(), i => D.views[i].group) : D.views.reduce((m, v, i) => m.set(v.group, [...m.get(v.group) ?? [], i]), new Map());
  groups.forEach((members, group) => byId("ansicht").append(el("optgroup", {label: group}, ...members.map(i => el("option", {value: i}, D.views[i].label)))));
  byId("ansicht").addEventListener("change", event => { state.view = +event.target.value; state.only.clear(); refresh(); });
  byId("jahrfeld").hidden = D.editions.length < 2;
  byId("jahr").max = String(D.editions.length - 1);
  byId("jahr").addEventListener("input", event => { state.year = +event.target.value; refresh(); });
  byId("zeigen").append(...layers.map(layer => {
    const box = el("input", {type: "checkbox", on: {change: () => { box.checked ? layer.group.addTo(map) : layer.group.remove(); placeLabels(); }}});
    box.checked = layer.on;
    if (layer.on) layer.group.addTo(map);
    const sign = el("span", {class: "zeichen", "aria-hidden": "true"}, layer.sign);
    return el("label", {}, box, sign, layer.label);
  }));
  window.addEventListener("hashchange", () => { readAddress(); refresh(); });

  /* ---- paper: a fixed width first, then the whole city into what the words leave of an A3 sheet ---- */
  function fillPaper() {
    const set = (name, value) => document.documentElement.style.setProperty(name, value);
    set("--eng", 1);
    const [head, told, filter, foot, key, area] = ["header", "#befunde", "#filter", "footer", "#legende", "#profil"].map(part => document.querySelector(part)?.offsetHeight ?? 0);
    const rest = 1000 - head - told - filter, together = rest - foot >= 440, height = Math.max(440, Math.min(690, together ? rest - foot : rest));
    set("--blatt", height + "px");
    set("--zoom4", Math.min(.69, (600 - told) / height));
    set("--eng", Math.max(.7, Math.min(1, (985 - head - filter - key) / area)));
    document.querySelector("footer").style.breakBefore = together ? "auto" : "page";
  }
  byId("drucken").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => { document.documentElement.classList.add("druck"); fillPaper(); state.table ? table() : wholeCity(); });
  window.addEventListener("afterprint", () => { document.documentElement.classList.remove("druck"); state.table ? table() : wholeCity(); });

  /* Above the map stand the first findings; the rest unfolds. */
  const findings = byId("befunde"), allOfThem = byId("alle-befunde");
  function unfold(open) {
    findings.classList.toggle("kurz", !open);
    allOfThem.setAttribute("aria-expanded", String(open));
    allOfThem.textContent = open ? T.findings_fewer : say("findings_all", {n: findings.querySelectorAll("li").length});
    fillScreen();
  }
  // Columns as wide as their words are many end on about the same line.
  findings?.querySelectorAll("li").forEach(line => { line.style.flexGrow = line.textContent.length; });
  if (findings && findings.querySelectorAll("li").length > (window.innerWidth <= 860 ? 1 : 3)) {
    allOfThem.hidden = false;
    allOfThem.addEventListener("click", () => unfold(findings.classList.contains("kurz")));
    unfold(false);
  }
  byId("mehr")?.addEventListener("click", event => {
    const open = byId("kern").classList.toggle("offen");
    event.target.setAttribute("aria-expanded", String(open));
    event.target.textContent = open ? T.less_told : event.target.dataset.mehr;
    fillScreen();
  });
  window.addEventListener("resize", fillScreen);

  fillScreen();
  readAddress();
  wholeCity();
  borderWeights();
  refresh();
  placeLabels();
  if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize(false)).observe(byId("karte"));
  document.documentElement.dataset.fertig = "1";
});
