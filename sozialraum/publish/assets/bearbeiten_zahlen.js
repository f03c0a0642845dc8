"use strict";
// What a plan means, changed block by block: a change counts its two schools anew, no others.
const sum = list => list.reduce((a, b) => a + b, 0);

function waysOf(d) {
  const bytes = atob(d.metres), ways = new Float64Array(bytes.length / 2);
  for (let k = 0; k < ways.length; k++)
    ways[k] = (bytes.charCodeAt(2 * k) + 256 * bytes.charCodeAt(2 * k + 1)) / d.per_metre;
  return ways;
}

// How many pieces of a school there are beyond one in each part of the town.
function makePieces(d, plan) {
  const seen = new Int32Array(plan.length);
  let round = 0;
  return (school, members) => {
    const parts = new Set();
    let found = 0;
    round++;
    for (const i of members) {
      if (seen[i] === round) continue;
      found++;
      parts.add(d.part[i]);
      const stack = [i];
      seen[i] = round;
      while (stack.length) for (const k of d.neighbours[stack.pop()])
        if (seen[k] !== round && plan[k] === school) { seen[k] = round; stack.push(k); }
    }
    return found - parts.size;
  };
}

// What chance alone would make of the mix in one school of `size` among `total` children.
function makeChance(d) {
  const logs = [0], poor = Math.floor(sum(d.need) + .5);
  for (let i = 1; i <= sum(d.entering) + d.schools.length + 2; i++)
    logs.push(logs[i - 1] + Math.log(i));
  const choose = (a, b) => logs[a] - logs[b] - logs[a - b];
  return (size, total) => {
    if (!(poor > 0 && poor < total)) return NaN;
    let part = 0;
    for (let x = Math.max(0, size - (total - poor)); x <= Math.min(size, poor); x++)
      part += Math.abs(x / poor - (size - x) / (total - poor)) / 2
        * Math.exp(choose(poor, x) + choose(total - poor, size - x) - choose(total, size));
    return part;
  };
}

function makeCount(d) {
  const m = d.schools.length, plan = d.start.slice(), ways = waysOf(d);
  const members = d.schools.map(() => []), rows = [];
  plan.forEach((j, i) => members[j].push(i));
  const pieces = makePieces(d, plan), chance = makeChance(d);
  const poor = sum(d.need), other = sum(d.entering) - poor;

  function row(j) {
    const own = { name: d.schools[j].name, capacity: d.schools[j].capacity, entering: 0, need: 0,
      metres: 0, pupils: 0, far: 0, longest: 0, moved: 0, blocks: 0,
      years: d.loads.map(() => 0) };
    for (const i of members[j]) {
      const metres = ways[i * m + j], pupils = d.pupils[i], entering = d.entering[i];
      for (let t = 0; t < own.years.length; t++) own.years[t] += d.loads[t][i];
      own.entering += entering;
      own.need += d.need[i];
      own.metres += pupils * metres;
      own.pupils += pupils;
      if (pupils > 0 && metres > own.longest) own.longest = metres;
      if (metres > d.limit * (1 + 1e-12)) own.far += pupils;
      const moved = d.closed[i] || (d.today[i] >= 0 && d.today[i] !== j);
      if (moved) { own.moved += entering; own.blocks++; }
    }
    own.most = Math.max(...own.years);
    own.walk = own.metres / own.pupils;
    own.size = Math.floor(own.entering + .5);
    own.extra = pieces(j, members[j]);
    return own;
  }

  let total = NaN;
  function recount(schools) {
    for (const j of schools) rows[j] = row(j);
    const now = sum(rows.map(one => one.size));
    const anew = now === total ? schools : rows.keys();
    total = now;
    for (const j of anew) rows[j].chance = chance(rows[j].size, total);
  }

  function figures() {
    const all = of => sum(rows.map(of));
    const uneven = one => Math.abs(one.need / poor - (one.entering - one.need) / other) / 2;
    return { mean_metres: all(one => one.metres) / all(one => one.pupils),
      largest_metres: Math.max(0, ...rows.map(one => one.longest)),
      pupils_beyond_limit: all(one => one.far), pupils_moved: all(one => one.moved),
      blocks_moved: all(one => one.blocks),
      over_capacity: all(one => Math.max(one.most - one.capacity, 0)),
      dissimilarity: poor && other ? all(uneven) : 0,
      dissimilarity_by_chance: all(one => one.chance), extra_pieces: all(one => one.extra) };
  }

  // Give a block to a school; returns the schools whose rows are others now.
  function give(i, school) {
    const before = plan[i];
    if (before === school) return [];
    members[before].splice(members[before].indexOf(i), 1);
    const later = members[school].findIndex(k => k > i);
    members[school].splice(later < 0 ? members[school].length : later, 0, i);
    plan[i] = school;
    recount([before, school]);
    return [before, school];
  }

  recount([...d.schools.keys()]);
  return { plan, rows, figures, give, way: (i, j) => ways[i * m + j] };
}
