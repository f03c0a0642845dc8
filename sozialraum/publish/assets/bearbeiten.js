"use strict";
const d = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id), w = d.words;
const n = d.blocks.length, m = d.schools.length;
const plan = d.start.slice(), done = [], paths = [...document.querySelectorAll("[data-block]")];
const bytes = atob(d.metres), ways = new Float64Array(n * m), forbidden = new Set(d.forbidden);
for (let k = 0; k < n * m; k++)
  ways[k] = (bytes.charCodeAt(2 * k) + 256 * bytes.charCodeAt(2 * k + 1)) / d.per_metre;
const sum = list => list.reduce((a, b) => a + b, 0);
const german = [0, 1, 2].map(digits => new Intl.NumberFormat("de-DE",
  { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const whole = x => german[0].format(Math.floor(x + .5));
const fine = (x, digits) => Number.isFinite(x) ? german[digits].format(x) : ".";
const logs = [0];
for (let i = 1; i <= sum(d.entering) + 2; i++) logs.push(logs[i - 1] + Math.log(i));

function pieces(school) {
  const seen = new Uint8Array(n), parts = new Set();
  let found = 0;
  for (let i = 0; i < n; i++) {
    if (seen[i] || plan[i] !== school) continue;
    found++;
    parts.add(d.part[i]);
    const stack = [i];
    seen[i] = 1;
    while (stack.length) for (const k of d.neighbours[stack.pop()])
      if (!seen[k] && plan[k] === school) { seen[k] = 1; stack.push(k); }
  }
  return found - parts.size;
}

function chance(sizes, inNeed) {
  const total = sum(sizes), poor = Math.floor(inNeed + .5);
  if (!(poor > 0 && poor < total)) return NaN;
  const choose = (a, b) => logs[a] - logs[b] - logs[a - b];
  let parts = 0;
  for (const size of sizes)
    for (let x = Math.max(0, size - (total - poor)); x <= Math.min(size, poor); x++)
      parts += Math.abs(x / poor - (size - x) / (total - poor)) / 2
        * Math.exp(choose(poor, x) + choose(total - poor, size - x) - choose(total, size));
  return parts;
}

function measured() {
  const years = d.loads.length, load = d.loads.map(() => new Float64Array(m));
  const entering = new Float64Array(m), need = new Float64Array(m), walk = new Float64Array(m);
  const everyone = new Float64Array(m);
  let far = 0, longest = 0, moved = 0, blocks = 0;
  for (let i = 0; i < n; i++) {
    const j = plan[i], metres = ways[i * m + j];
    for (let t = 0; t < years; t++) load[t][j] += d.loads[t][i];
    entering[j] += d.entering[i];
    need[j] += d.need[i];
    walk[j] += d.pupils[i] * metres;
    everyone[j] += d.pupils[i];
    if (d.pupils[i] > 0 && metres > longest) longest = metres;
    if (metres > d.limit * (1 + 1e-12)) far += d.pupils[i];
    if (d.closed[i] || (d.today[i] >= 0 && d.today[i] !== j)) { moved += d.entering[i]; blocks++; }
  }
  const poor = sum(d.need), other = sum(d.entering) - poor;
  let uneven = 0, over = 0, extra = 0;
  const rows = d.schools.map((school, j) => {
    const most = Math.max(...load.map(year => year[j]));
    if (poor && other) uneven += Math.abs(need[j] / poor - (entering[j] - need[j]) / other) / 2;
    over += Math.max(most - school.capacity, 0);
    extra += pieces(j);
    return { name: school.name, most, capacity: school.capacity, entering: entering[j],
      years: load.map(year => year[j]), walk: walk[j] / everyone[j] };
  });
  const sizes = [...entering].map(x => Math.floor(x + .5));
  return { rows, mean_metres: sum([...walk]) / sum([...everyone]), largest_metres: longest,
    pupils_beyond_limit: far, pupils_moved: moved, blocks_moved: blocks, over_capacity: over,
    dissimilarity: uneven, dissimilarity_by_chance: chance(sizes, poor), extra_pieces: extra };
}

function row(cells, head) {
  const line = document.createElement("tr");
  cells.forEach((cell, place) => {
    const made = document.createElement(head || !place ? "th" : "td");
    if (head) made.scope = "col"; else if (!place) made.scope = "row";
    made.textContent = cell;
    line.append(made);
  });
  return line;
}

const DIGITS = { dissimilarity: 2, dissimilarity_by_chance: 2 };
let first = null;
function show() {
  const now = measured();
  first = first || now;
  const shown = (key, value) => DIGITS[key] ? fine(value, DIGITS[key]) : whole(value);
  at("figures").replaceChildren(row(["", w.start, w.now], true),
    ...Object.keys(d.figures).map(key =>
      row([d.figures[key], shown(key, first[key]), shown(key, now[key])])));
  const classes = d.classes.length ? [w.classes] : [];
  const years = d.years.length > 1 ? d.years : [w.pupils];
  at("schools").replaceChildren(
    row([w.school, ...years, ...classes, w.capacity, w.used, w.walk], true),
    ...now.rows.map(r => {
      const taught = classes.map(() => d.classes[Math.floor(r.entering + .5)] ?? ".");
      const made = row([r.name, ...r.years.map(whole), ...taught, whole(r.capacity),
        r.capacity > 0 ? whole(100 * r.most / r.capacity) + " %" : ".",
        Number.isFinite(r.walk) ? whole(r.walk) + " m" : "."]);
      if (r.most > r.capacity + 1e-9) made.className = "full";
      return made;
    }));
  document.body.dataset.figures = JSON.stringify(now);
}

function paint(i) {
  const chosen = +at("block").value === i ? " chosen" : "", pinned = d.pinned[i] ? " pinned" : "";
  const changed = plan[i] !== d.start[i] ? " changed" : "";
  paths[i].setAttribute("class", "k" + d.schools[plan[i]].colour + changed + chosen + pinned);
  if (chosen && paths[i].nextSibling) paths[i].parentNode.append(paths[i]);
}

let before = -1;
function choose() {
  const i = +at("block").value;
  if (before >= 0 && before !== i) { const old = before; before = i; paint(old); }
  before = i;
  paint(i);
  [...at("school").options].forEach((option, j) => { option.disabled = forbidden.has(i * m + j); });
  at("school").value = plan[i];
  at("assign").disabled = d.pinned[i];
  at("about").textContent = w.about.replace("{block}", d.blocks[i])
    .replace("{school}", d.schools[plan[i]].name).replace("{pupils}", whole(d.pupils[i]))
    .replace("{metres}", whole(ways[i * m + plan[i]])) + (d.pinned[i] ? " " + w.pinned : "");
}

function give(i, school) {
  plan[i] = school;
  paint(i);
  show();
  choose();
  const changed = plan.map((j, k) => k).filter(k => plan[k] !== d.start[k]);
  at("changes").replaceChildren(...changed.map(k => {
    const item = document.createElement("li");
    const before = d.schools[d.start[k]].name, after = d.schools[plan[k]].name;
    item.textContent = `${d.blocks[k]}: ${before} → ${after}`;
    return item;
  }));
  at("said").textContent = w.said.replace("{block}", d.blocks[i])
    .replace("{school}", d.schools[school].name).replace("{count}", changed.length);
  at("undo").disabled = !done.length;
}

function save() {
  const lines = plan.map((j, i) => j === d.start[i] ? ""
    : `${d.blocks[i]};${d.schools[d.start[i]].key};${d.schools[j].key}\r\n`);
  const text = `\ufeff# plan ${d.plan}\r\nblock;von;nach\r\n${lines.join("")}`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "aenderungen.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  at("said").textContent = w.saved;
}

at("block").addEventListener("change", choose);
at("assign").addEventListener("click", () => {
  const i = +at("block").value, school = +at("school").value;
  if (school === plan[i] || forbidden.has(i * m + school) || d.pinned[i]) return;
  done.push([i, plan[i]]);
  give(i, school);
});
at("undo").addEventListener("click", () => { if (done.length) give(...done.pop()); });
at("save").addEventListener("click", save);
paths.sort((a, b) => a.dataset.block - b.dataset.block).forEach((path, i) =>
  path.addEventListener("click", () => { at("block").value = i; choose(); }));
at("block").value = 0;
plan.forEach((j, i) => paint(i));
show();
choose();
at("undo").disabled = true;
