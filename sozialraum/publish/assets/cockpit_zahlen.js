const D = JSON.parse(document.getElementById("daten").textContent);
const W = D.words, SIGNS = {}, AREAS = D.areas.length, TIMES = D.periods.length;
[...D.alphabet].forEach((sign, n) => { SIGNS[sign] = n; });

// packed numbers as an array; below 0: minus the reason why there is none
function unpack(packed) {
  const {w, m, s} = packed, n = s.length / w, out = new Float64Array(n), base = D.alphabet.length;
  for (let i = 0, at = 0; i < n; i++) {
    let word = 0;
    for (let k = 0; k < w; k++) word = word * base + SIGNS[s[at++]];
    out[i] = word < D.reserved ? NaN : word - D.reserved + m;
  }
  return out;
}
function reasons(packed) {
  const {w, s} = packed, n = s.length / w, out = new Uint8Array(n), base = D.alphabet.length;
  for (let i = 0, at = 0; i < n; i++) {
    let word = 0;
    for (let k = 0; k < w; k++) word = word * base + SIGNS[s[at++]];
    out[i] = word < D.reserved ? word : 0;
  }
  return out;
}
const read = new Map();
function row(n) {
  if (!read.has(n)) {
    const one = D.indicators[n];
    read.set(n, {...one, index: n, v: unpack(one.v), why: reasons(one.v), c: unpack(one.c),
      n: one.n ? unpack(one.n) : null, d: one.d ? unpack(one.d) : null});
  }
  return read.get(n);
}
const at = (one, period, area) => one.v[period * AREAS + area];

function plain(steps, digits) {
  const fixed = Math.abs(steps / 10 ** digits).toFixed(digits), [whole, rest] = fixed.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ".");
  const sign = steps < 0 && Number(fixed) !== 0 ? "−" : "";
  return sign + grouped + (rest ? "," + rest : "");
}
const shown = (one, steps) => D.units[one.unit].replace("{n}", plain(steps, one.digits));
function told(one, period, area) {
  const value = at(one, period, area);
  if (Number.isFinite(value)) return shown(one, value);
  return D.signWords[one.why[period * AREAS + area] - 1] || "–";
}
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const safe = text => String(text).replace(/[&<>"']/g, sign => "&#" + sign.charCodeAt(0) + ";");

// exact quantiles of a binomial or Poisson count: the smallest k with P(count ≤ k) ≥ q
function smallest(q, mean, n) {
  const p = mean / n;
  let k = 0, term = n === Infinity ? Math.exp(-mean) : Math.exp(n * Math.log1p(-p)), sum = term;
  while (sum < q && k < 2000) {
    term *= n === Infinity ? mean / (k + 1) : ((n - k) / (k + 1)) * (p / (1 - p));
    k += 1;
    sum += term;
  }
  return k;
}
// how far chance alone may lead at the share p of all areas: 0.001 and 0.999
function chance(p, n, kind) {
  if (!(n > 0) || !(p >= 0)) return null;
  const mean = n * p;
  if (kind === "rate") {
    if (mean < 20) return [.001, .999].map(q => smallest(q, mean, Infinity) / n);
    return [Math.max(0, p - 3.09 * Math.sqrt(p / n)), p + 3.09 * Math.sqrt(p / n)];
  }
  if (p > 1) return null;
  if (mean < 20) return [smallest(0.001, mean, n) / n, smallest(0.999, mean, n) / n];
  if (n - mean < 20) {
    return [1 - smallest(0.999, n - mean, n) / n, 1 - smallest(0.001, n - mean, n) / n];
  }
  const half = 3.09 * Math.sqrt(p * (1 - p) / n);
  return [Math.max(0, p - half), Math.min(1, p + half)];
}
function band(one, period, area) {
  if (!one.n) return null;
  const ends = chance(one.c[period] / one.one, 10 * one.n[period * AREAS + area], one.kind);
  return ends && [Math.floor(ends[0] * one.one), Math.ceil(ends[1] * one.one)];
}
function known(one, area) {
  const found = [];
  for (let t = 0; t < TIMES; t++) if (Number.isFinite(at(one, t, area))) found.push(t);
  return found;
}
// those of the Stichtage told that are counted like the last one of them
function alike(one, told) {
  return one.b && told[told.length - 1] >= one.b ? told.filter(t => t >= one.b) : told;
}
function ends(one) {
  let low = 0, high = 0;
  for (const v of one.v) { if (v < low) low = v; if (v > high) high = v; }
  for (const v of one.absolute ? [] : one.c) { if (v < low) low = v; if (v > high) high = v; }
  if (low < 0) { high = Math.max(high, -low); low = -high; }
  return [low, high > low ? Math.ceil(high * 1.1) : low + 1];
}
// rank of an area: higher than in how many of the others
function higher(one, period, area) {
  const own = at(one, period, area);
  let lower = 0, all = 0;
  for (let a = 0; a < AREAS; a++) {
    const other = at(one, period, a);
    if (a !== area && Number.isFinite(other)) { all += 1; lower += other < own; }
  }
  return {n: lower, all};
}
function sentence(one, area) {
  const there = known(one, area), name = D.areas[area];
  if (!there.length) return fill(W.none, {name, why: told(one, TIMES - 1, area)});
  const first = alike(one, there)[0], last = there[there.length - 1], now = at(one, last, area);
  const values = {name, now: shown(one, now), last: D.periods[last], first: D.periods[first],
    then: shown(one, at(one, first, area)), change: "", ...higher(one, last, area)};
  let said = fill(first === last ? W.once : W.then, values);
  if (one.d && first !== last && Number.isFinite(one.d[3 * area])) {
    const [change, low, high] = [0, 1, 2].map(k => one.d[3 * area + k]);
    const up = change > 0 ? "rise" : "fall", sure = one.sure[area] === "1";
    const sign = change > 0 ? 1 : -1, both = [low * sign, high * sign].sort((a, b) => a - b);
    said += " " + fill(sure ? W[up] : W.chance, {change: plain(Math.abs(change), one.digits),
      low: plain(both[0], one.digits), high: plain(both[1], one.digits)});
  }
  if (one.b) said += " " + fill(W.broken, {period: D.periods[one.b]});
  return said + (values.all ? " " + fill(W.higher, values) : "");
}
