"use strict";
const W = JSON.parse(document.getElementById("worte").textContent);
const $ = (id) => document.getElementById(id);
const token = location.hash.slice(1) || sessionStorage.getItem("t") || "";
sessionStorage.setItem("t", token);
history.replaceState(null, "", "/");
let stand = 0, timer = 0, polling = 0, last = null;

const say = (words) => { $("meldung").textContent = words; };
const make = (name, given = {}, ...inside) => {
  const node = Object.assign(document.createElement(name), given);
  node.append(...inside);
  return node;
};

async function call(method, path, body) {
  const raw = body instanceof Blob;
  const answer = await fetch(path, {
    method, credentials: "omit", cache: "no-store",
    headers: { Authorization: "Bearer " + token },
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  }).catch(() => null);
  if (answer === null) { say(W.ended); throw new Error("gone"); }
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  if (answer.status === 409 && found.words && method !== "POST") await load();
  const problems = (found.problems || []).map((p) => p.message + " " + p.action).join(" ");
  say(found.words || problems || String(answer.status));
  if (answer.status === 409) await load();
  throw new Error(String(answer.status));
}

async function load() { show(await call("GET", "/stand")); }

async function send(answers) {
  show(await call("POST", "/antwort", { stand, answers }));
}

async function upload(files) {
  for (const file of files) {
    say(W.reading.replace("{name}", file.name));
    await call("PUT", "/datei/" + encodeURIComponent(file.name), file);
  }
  await load();
  say(W.read);
  setTimeout(() => say(""), 6000);
}

// --- the page ---------------------------------------------------------------------------------

function show(state) {
  const focus = document.activeElement && document.activeElement.id;
  stand = state.stand; last = state;
  const p = state.proposal;
  $("liste").replaceChildren(...state.files.map(fileLine), ...state.problems.map(finding));
  $("dateien").hidden = state.opened;
  $("gebiete").hidden = $("zahlen").hidden = $("indikatoren").hidden = !p;
  $("pruefen").hidden = !p && !state.opened;
  $("datei").hidden = !state.opened;
  $("ansicht").hidden = $("behalten").hidden = $("mit-buch").hidden = state.opened;
  $("toml").textContent = state.text;
  if (state.opened && document.activeElement !== $("text")) $("text").value = state.text;
  $("gebiete-inhalt").replaceChildren(...(p ? areas(state, p) : []));
  $("zahlen-inhalt").replaceChildren(...state.tables.map(table));
  $("indikatoren-inhalt").replaceChildren(...(p ? p.indicators.map(indicator) : []));
  $("fragen").replaceChildren(...(p ? questions(p) : []));
  if (focus && $(focus)) $(focus).focus();
  if (p || state.opened) check();
}

function fileLine(file) {
  const away = make("button", { type: "button", className: "leise", textContent: W.remove });
  away.setAttribute("aria-label", file.name + " " + W.remove);
  away.onclick = async () => {
    await call("DELETE", "/datei/" + encodeURIComponent(file.name));
    await load();
  };
  return make("li", {}, make("strong", { textContent: file.name }), " ", away,
    ...file.words.map((line) => make("p", { textContent: line })));
}

function field(id, label, value, change) {
  const input = make("input", { type: "text", id, value, autocomplete: "off" });
  input.onchange = () => change(input.value);
  return labelled(input, label);
}

function labelled(choice, label) {
  return make("div", { className: "feld" },
    make("label", { htmlFor: choice.id, textContent: label }), choice);
}

function areas(state, p) {
  const choice = make("select", { id: "ziel" }, ...state.layers.map((x) => make("option", {
    value: x.label, textContent: x.label + " (" + x.features + ")",
    selected: x.label === p.target })));
  choice.onchange = () => send({ target: choice.value });
  return [
    field("ort", W.place, state.place, (v) => send({ place: v })),
    labelled(choice, W.target),
  ];
}

function table(t) {
  const head = make("tr", {}, ...[W.column, W.kind, W.values, W.sum].map((x) =>
    make("th", { scope: "col", textContent: x })));
  const rows = t.columns.map((c) => make("tr", {},
    make("th", { scope: "row", textContent: c.title }),
    make("td", { textContent: c.kind }), make("td", { className: "zahl", textContent: c.filled }),
    make("td", { className: "zahl", textContent: c.total })));
  const wide = make("div", { className: "wide", tabIndex: 0 }, make("table", {},
    make("thead", {}, head), make("tbody", {}, ...rows)));
  wide.setAttribute("role", "region");
  wide.setAttribute("aria-label", t.label);
  return make("div", { className: "tafel" }, make("h3", { textContent: t.label }),
    ...byHand(t), wide, ...sample(t));
}

function byHand(t) {
  const use = make("input", { type: "checkbox", id: "tabelle-" + t.label, checked: t.used });
  use.onchange = () => send({ ["table:" + t.label]: use.checked ? "ja" : "nein" });
  const label = make("label", { htmlFor: use.id, textContent: W.use_table });
  const parts = [make("div", {}, use, " ", label)];
  if (!t.sample.length) return parts;
  const titles = [...new Set(t.sample[0])].filter(Boolean);
  const choice = make("select", { id: "schluessel-" + t.label }, ...titles.map((x) => make("option",
    { value: x, textContent: x, selected: x === t.key })));
  const none = { value: "", textContent: W.no_title, selected: true };
  if (!titles.includes(t.key)) choice.prepend(make("option", none));
  choice.onchange = () => send({ ["key:" + t.label]: choice.value });
  return [...parts, make("div", { className: "feld" },
    make("label", { htmlFor: choice.id, textContent: W.key_column }), choice)];
}

function sample(t) {
  if (t.sample.length < 2) return [];
  const [head, ...rows] = t.sample;
  const line = (row, kind) => make("tr", {}, ...row.map((x) => make(kind, { textContent: x })));
  const inner = make("div", { className: "wide", tabIndex: 0 }, make("table", {},
    make("thead", {}, line(head, "th")), make("tbody", {}, ...rows.map((r) => line(r, "td")))));
  inner.setAttribute("role", "region");
  inner.setAttribute("aria-label", t.label + ": " + W.first_rows);
  return [make("details", {}, make("summary", { textContent: W.first_rows }), inner)];
}

function indicator(i) {
  const use = make("input", { type: "checkbox", id: "nutzen-" + i.id, checked: i.used });
  use.onchange = () => send({ ["use:" + i.id]: use.checked ? "ja" : "nein" });
  const parts = [make("legend", { textContent: i.label }), use, " ",
    make("label", { htmlFor: use.id, textContent: W.use })];
  if (i.used) {
    if (i.bases.length) parts.push(base(i));
    parts.push(...["burden", "resource"].map((d) => direction(i, d)));
  }
  return make("fieldset", { id: "indikator-" + i.id }, ...parts);
}

function base(i) {
  const choice = make("select", { id: "nenner-" + i.id }, ...i.bases.map((b, n) => make("option",
    { value: b.title, textContent: b.title, selected: n === 0 })));
  choice.setAttribute("aria-describedby", "grund-" + i.id);
  choice.onchange = () => send({ ["base:" + i.id]: choice.value });
  return make("div", { className: "feld" },
    make("label", { htmlFor: choice.id, textContent: W.part_of }), choice,
    make("p", { id: "grund-" + i.id, className: "grund", textContent: i.bases[0].why }));
}

function direction(i, d) {
  const name = "richtung-" + i.id;
  const one = make("input",
    { type: "radio", name, id: name + "-" + d, checked: i.direction === d });
  one.onchange = () => send({ ["direction:" + i.id]: d });
  return make("div", {}, one, " ", make("label", { htmlFor: one.id, textContent: W[d] }));
}

function questions(p) {
  const own = [field("ags", W.ags, p.ags || proposed(p, "ags"), (v) => send({ ags: v })),
    field("quelle", W.sources, p.sources, (v) => send({ sources: v })),
    field("stichtag", W.stichtag, german(p.stichtag), (v) => send({ stichtag: iso(v) }))];
  const more = p.questions.filter((q) => !["ags", "sources", "stichtag"].includes(q.id));
  return [...own, ...more.map((q) => q.choices.length ? chosen(q)
    : field("frage-" + q.id, q.text, q.proposal, (v) => send({ [q.id]: v })))];
}

function proposed(p, id) {
  const found = p.questions.find((q) => q.id === id);
  return found ? found.proposal : "";
}

function chosen(q) {
  const choice = make("select", { id: "frage-" + q.id },
    make("option", { value: "", textContent: W.yes_no }),
    ...q.choices.map((c) => make("option", { value: c.value, textContent: c.text })));
  choice.onchange = () => send({ [q.id]: choice.value });
  return labelled(choice, q.text);
}

const german = (day) => day.split("-").reverse().join(".");
const iso = (day) => /^\d{1,2}\.\d{1,2}\.\d{4}$/.test(day.trim())
  ? day.trim().split(".").reverse().map((x) => x.padStart(2, "0")).join("-") : day.trim();

// --- check and build --------------------------------------------------------------------------

function check() {
  clearTimeout(timer);
  $("urteil").textContent = W.checking;
  $("rechnen").disabled = true;
  timer = setTimeout(async () => {
    const own = stand;
    const found = await call("POST", "/pruefen", {});
    if (own !== stand) return;
    $("urteil").textContent = found.errors ? W.errors + found.errors : W.no_errors;
    $("urteil").className = found.errors ? "fehler" : "";
    $("befunde").replaceChildren(...found.findings.map(finding));
    $("rechnen").disabled = found.errors > 0;
  }, 500);
}

function finding(p) {
  const lines = [p.message, p.expected && W.expected + p.expected, p.found && W.found + p.found,
    p.action && "→ " + p.action].filter(Boolean);
  return make("li", { className: p.severity === "error" ? "fehler" : "" },
    p.place ? p.place + ": " : "", lines.join(" "));
}

async function follow() {
  clearTimeout(polling);
  const run = await call("GET", "/rechnen");
  const going = run.status === "running";
  $("abbrechen").hidden = !going;
  $("karte").hidden = run.status !== "done";
  $("lauf").textContent = going ? W.building.replace("{n}", run.seconds)
    : run.status === "failed" ? W.failed + " " + run.words : run.status === "done" ? W.done : "";
  if (going) polling = setTimeout(follow, 700);
  else if (run.status === "done") $("karte").focus();
}

$("wahl").onchange = (e) => upload(e.target.files);
const drop = $("ablage");
drop.ondragover = (e) => e.preventDefault();
drop.ondrop = (e) => { e.preventDefault(); upload(e.dataTransfer.files); };
$("rechnen").onclick = async () => { await call("POST", "/rechnen", {}); await follow(); };
$("abbrechen").onclick = async () => { await call("DELETE", "/rechnen"); await follow(); };
$("karte").onclick = async () => {
  window.open((await call("POST", "/karte", {})).path, "_blank");
};
$("behalten").onclick = async () => {
  say((await call("POST", "/behalten", { ledger: $("buch").checked })).words);
};
$("speichern").onclick = async () => {
  await call("PUT", "/text", { stand, text: $("text").value });
  await load();
};
$("neu").onclick = async () => {
  const found = await call("POST", "/neu", { stand });
  await load();
  $("text").value = last.text;
  say(found.words.length ? W.added + found.words.join(", ") : W.nothing_new);
};
addEventListener("pagehide", () => {
  fetch("/ende", { method: "POST", keepalive: true, credentials: "omit",
    headers: { Authorization: "Bearer " + token } });
});
load();
