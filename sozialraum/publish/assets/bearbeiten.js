const d = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id), w = d.words;
const m = d.schools.length, count = makeCount(d), plan = count.plan;
const done = [], changed = [], forbidden = new Set(d.forbidden);
const paths = [...document.querySelectorAll("[data-block]")]
  .sort((a, b) => a.dataset.block - b.dataset.block);
const german = [0, 1, 2].map(digits => new Intl.NumberFormat("de-DE",
  { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const whole = x => german[0].format(Math.floor(x + .5));
const fine = (x, digits) => Number.isFinite(x) ? german[digits].format(x) : ".";
const put = (node, words) => { if (node.textContent !== words) node.textContent = words; };
const called = j => `${j + 1} ${d.schools[j].name}`;

// A line of a table; returns its cells.
function line(table, cells, head) {
  const made = document.createElement("tr");
  const nodes = cells.map((cell, place) => {
    const node = document.createElement(head || !place ? "th" : "td");
    if (head) node.scope = "col"; else if (!place) node.scope = "row";
    node.textContent = cell;
    return node;
  });
  made.append(...nodes);
  table.append(made);
  return nodes;
}

const DIGITS = { dissimilarity: 2, dissimilarity_by_chance: 2 };
const shown = (key, value) => DIGITS[key] ? fine(value, DIGITS[key]) : whole(value);
const first = count.figures(), keys = Object.keys(d.figures);
line(at("figures"), ["", w.start, w.now], true);
const figures = keys.map(key => line(at("figures"), [d.figures[key], shown(key, first[key]), ""]));

const classes = d.classes.length ? [w.classes] : [];
const years = d.years.length > 1 ? d.years : [w.pupils];
line(at("schools"), [w.school, ...years, ...classes, w.capacity, w.used, w.walk], true);
const schools = d.schools.map((school, j) =>
  line(at("schools"), cellsOf(j)));

function cellsOf(j) {
  const r = count.rows[j];
  const taught = classes.map(() => d.classes[Math.floor(r.entering + .5)] ?? ".");
  return [called(j), ...r.years.map(whole), ...taught.map(String), whole(r.capacity),
    r.capacity > 0 ? whole(100 * r.most / r.capacity) + " %" : ".",
    Number.isFinite(r.walk) ? whole(r.walk) + " m" : "."];
}

function show(touched) {
  const now = count.figures();
  keys.forEach((key, k) => put(figures[k][2], shown(key, now[key])));
  for (const j of touched) {
    cellsOf(j).forEach((cell, k) => put(schools[j][k], cell));
    schools[j][0].parentNode.classList.toggle("full", count.rows[j].most
      > count.rows[j].capacity + 1e-9);
  }
}

function paint(i) {
  const pinned = d.pinned[i] ? " pinned" : "", other = plan[i] !== d.start[i] ? " changed" : "";
  const kind = "k" + d.schools[plan[i]].colour + other + pinned;
  if (paths[i].getAttribute("class") !== kind) paths[i].setAttribute("class", kind);
}

// The chosen block is drawn once more above all others: none of them moves.
const ring = document.createElementNS("http://www.w3.org/2000/svg", "path");
ring.setAttribute("class", "chosen");
at("seats").before(ring);

function choose() {
  const i = at("block").selectedIndex;
  ring.setAttribute("d", paths[i].getAttribute("d"));
  if (forbidden.size) [...at("school").options].forEach((option, j) => {
    option.disabled = forbidden.has(i * m + j);
  });
  at("school").selectedIndex = plan[i];
  at("assign").disabled = d.pinned[i];
  put(at("about"), w.about.replace("{block}", d.blocks[i])
    .replace("{school}", d.schools[plan[i]].name).replace("{pupils}", whole(d.pupils[i]))
    .replace("{metres}", whole(count.way(i, plan[i]))) + (d.pinned[i] ? " " + w.pinned : ""));
}

// One line per changed block, in the order of the blocks.
function list(i) {
  const later = changed.findIndex(k => k >= i), place = later < 0 ? changed.length : later;
  const known = changed[place] === i, items = at("changes").children;
  if (plan[i] === d.start[i]) {
    if (known) { changed.splice(place, 1); items[place].remove(); }
    return;
  }
  if (!known) {
    changed.splice(place, 0, i);
    at("changes").insertBefore(document.createElement("li"), items[place] ?? null);
    ring.before(paths[i]);
  }
  const before = d.schools[d.start[i]].name, after = d.schools[plan[i]].name;
  items[place].textContent = `${d.blocks[i]}: ${before} → ${after}`;
}

function give(i, school) {
  const touched = count.give(i, school);
  paint(i);
  show(touched);
  list(i);
  at("block").selectedIndex = i;
  choose();
  put(at("said"), w.said.replace("{block}", d.blocks[i])
    .replace("{school}", d.schools[school].name).replace("{count}", changed.length));
  at("undo").disabled = !done.length;
}

function save() {
  const lines = changed.map(i =>
    `${d.blocks[i]};${d.schools[d.start[i]].key};${d.schools[plan[i]].key}\r\n`);
  const text = `\ufeff# plan ${d.plan}\r\nblock;von;nach\r\n${lines.join("")}`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "aenderungen.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  put(at("said"), w.saved);
}

at("block").addEventListener("change", choose);
at("assign").addEventListener("click", () => {
  const i = at("block").selectedIndex, school = at("school").selectedIndex;
  if (school === plan[i] || forbidden.has(i * m + school) || d.pinned[i]) return;
  done.push([i, plan[i]]);
  give(i, school);
});
at("undo").addEventListener("click", () => { if (done.length) give(...done.pop()); });
at("save").addEventListener("click", save);
paths.forEach((path, i) => path.addEventListener("click", () => {
  at("block").selectedIndex = i;
  choose();
}));
paths.forEach((path, i) => paint(i));
at("block").selectedIndex = 0;
show(d.schools.keys());
choose();
at("undo").disabled = true;
