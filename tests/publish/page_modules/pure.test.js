/* Pure parts of the committee page. Run by test_page_modules.py, or: node --test <this folder> */
import assert from "node:assert/strict";
import { test } from "node:test";

const source = new URL("../../../sozialraum/publish/assets/karte/", import.meta.url);
const load = (name) => import(new URL(name, source));
const { nextPlace } = await load("dom.js");
const { exclaves, placeInset } = await load("inset.js");
const { placeWords } = await load("pointnames.js");
const { breaks, placeName } = await load("labels.js");
const shapes = await load("shapes.js");
const { fromAddress, shownDay, startOf, toAddress } = await load("state.js");
const { makeCamera } = await load("camera.js");
const { fold, pointName, worded } = await load("words.js");
const { entriesOf, found } = await load("search.js");
const { compare } = await load("table.js");
const { alike } = await load("extras.js");
const { unlikeOthers } = await load("told.js");

const square = (x, y, size) =>
  Float64Array.from([x, y, x + size, y, x + size, y + size, x, y + size]);
const data = {
  keys: ["a", "b", "c"],
  names: ["Müraforst", "Am Wehr", "Nordend"],
  views: [{ id: "index" }, { id: "armut" }],
  editions: [{ stichtag: "2023-12-31" }, { stichtag: "2024-12-31" }],
  points: [
    {
      points: [
        [0, 0, "Nordschule", "Grundschule", 1],
        [0, 0, "Draußen", "", -1],
      ],
    },
  ],
};

test("a ring is the sum of its steps, north is up", () => {
  const project = shapes.projection(50, 10);
  const points = shapes.ring([1000000, 5000000, 0, 1000], project);
  const metres = [0, 0, 0, -1111.95]; // 0.01 degrees of latitude, upwards
  points.forEach((n, k) => assert.ok(Math.abs(n - metres[k]) < 1e-6));
});

test("a hole is outside, whichever way its ring runs", () => {
  const ground = square(0, 0, 10);
  for (const hole of [square(4, 4, 2), square(4, 4, 2).reverse()]) {
    const turned = hole[0] === 4 ? hole : Float64Array.from([4, 6, 6, 6, 6, 4, 4, 4]);
    assert.equal(shapes.contains([ground, turned], [5, 5]), false);
    assert.equal(shapes.contains([ground, turned], [1, 1]), true);
    assert.equal(shapes.contains([ground, turned], [11, 1]), false);
  }
});

test("the finder names the area under a point, and none beside the city", () => {
  const all = [...Array(9).keys()].map((i) => [square((i % 3) * 10, Math.floor(i / 3) * 10, 10)]);
  const boxes = all.map((shape) => shapes.boundsOf([shape]));
  const find = shapes.makeFinder(all, boxes, shapes.boundsOf(all));
  all.forEach((_, i) => {
    assert.equal(find([(i % 3) * 10 + 5, Math.floor(i / 3) * 10 + 5]), i);
  });
  assert.equal(find([-1, 5]), null);
  assert.equal(find([500, 500]), null);
});

test("what is fitted keeps its proportions and stands in the middle", () => {
  const box = shapes.fit({ x: 0, y: 0, w: 100, h: 50 }, 220, 220, 10);
  assert.deepEqual(box, { x: -5, y: -30, w: 110, h: 110 }); // half a metre per pixel
});

test("a scale bar has a round length that fits", () => {
  assert.deepEqual([99, 100, 240, 700, 1900].map(shapes.roundLength), [50, 100, 200, 500, 1000]);
});

test("zooming keeps the point under the finger, and the city stays in the frame", () => {
  const camera = makeCamera({ x: 0, y: 0, w: 1000, h: 1000 });
  camera.resize(500, 500);
  const before = camera.here(100, 200);
  camera.zoom(3, 100, 200);
  const after = camera.here(100, 200);
  assert.ok(Math.hypot(before[0] - after[0], before[1] - after[1]) < 1e-6);
  const whole = shapes.fit({ x: 0, y: 0, w: 1000, h: 1000 }, 500, 500);
  camera.pan(1e6, -1e6);
  assert.ok(
    camera.shown().box.x >= whole.x &&
      camera.shown().box.y + camera.shown().box.h <= whole.y + whole.h + 1e-9,
  );
  camera.zoom(1e-9);
  assert.deepEqual(camera.shown().box, whole);
});

test("one area at sixty widths is set apart, at twenty of twenty none", () => {
  const row = [...Array(19).keys()].map((i) => ({ x: i, y: 0, w: 1, h: 1 }));
  assert.deepEqual(exclaves([...row, { x: 60, y: 0, w: 1, h: 1 }]), [19]);
  assert.deepEqual(exclaves([...row, { x: 20, y: 0, w: 1, h: 1 }]), []);
});

test("what hangs together with the rest is no exclave, however far it reaches", () => {
  const block = [...Array(400).keys()].map((i) => ({ x: i % 20, y: Math.floor(i / 20), w: 1, h: 1 }));
  const arm = [...Array(20).keys()].map((i) => ({ x: 20 + i, y: 10, w: 1, h: 1 }));
  assert.deepEqual(exclaves([...block, ...arm]), []);
  const island = { x: 70, y: 10, w: 1, h: 1 };
  const [first, second] = [island, { ...island, x: 71 }];
  assert.deepEqual(exclaves([...block, ...arm, first, second]), [420, 421]);
});

test("a street is found in each of its areas, after areas and offers of that name", () => {
  const streets = [
    ["Am Wehr", 0, 2],
    ["Wehrgasse", 1],
  ];
  const entries = entriesOf({ ...data, streets });
  const hits = found(entries, "am w");
  assert.deepEqual(
    hits.map(({ text, area }) => [text, area]),
    [
      ["Am Wehr", 1],
      ["Am Wehr", 0],
      ["Am Wehr", 2],
    ],
  );
  assert.deepEqual(
    found(entries, "wehrg").map(({ area, note }) => [area, note]),
    [[1, "Am Wehr"]],
  );
});

test("words beside places cover no place, no other word and no edge", () => {
  const signs = [...Array(9).keys()].map((i) => ({
    x: 60 + (i % 3) * 40,
    y: 60 + Math.floor(i / 3) * 20,
    r: 7,
    wide: 67,
  }));
  const placed = placeWords(signs, 300, 200);
  const half = 67 / 2;
  const frames = placed.flatMap((at) =>
    at ? [[at.x - half, at.y - 6.5, at.x + half, at.y + 6.5]] : [],
  );
  assert.ok(frames.length >= 4 && frames.length < 9);
  const all = [...frames, ...signs.map(({ x, y, r }) => [x - r, y - r, x + r, y + r])];
  for (const [k, a] of frames.entries()) {
    assert.ok(a[0] > 0 && a[1] > 0 && a[2] < 300 && a[3] < 200);
    for (const [j, b] of all.entries()) {
      if (j === k) continue;
      assert.ok(a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3]);
    }
  }
});

test("a word covers a place without words only where it has nowhere else to stand", () => {
  const named = { x: 100, y: 100, r: 7, wide: 60 };
  const right = { x: 140, y: 100, r: 7, wide: 0 };
  assert.deepEqual(placeWords([named], 300, 200), [{ x: 140, y: 100 }]);
  assert.deepEqual(placeWords([named, right], 300, 200)[0], { x: 60, y: 100 });
  const around = [...Array(30).keys()].flatMap((i) =>
    [...Array(20).keys()].map((j) => ({ x: 10 * i, y: 10 * j, r: 3, wide: 0 })),
  );
  assert.deepEqual(placeWords([named, ...around], 300, 200)[0], { x: 140, y: 100 });
});

test("an inset lies off every other area and holds what is set apart", () => {
  const row = [...Array(19).keys()].map((i) => ({ x: i, y: 0, w: 1, h: 1 }));
  const far = { x: 60, y: 0, w: 1, h: 1 };
  const { frame, scale, dx, dy } = placeInset([...row, far], [19]);
  const moved = { x: far.x * scale + dx, y: far.y * scale + dy, w: scale, h: scale };
  assert.ok(moved.x >= frame.x && moved.x + moved.w <= frame.x + frame.w);
  assert.ok(moved.y >= frame.y && moved.y + moved.h <= frame.y + frame.h);
  const met = row.filter(
    (b) =>
      b.x < frame.x + frame.w &&
      frame.x < b.x + b.w &&
      b.y < frame.y + frame.h &&
      frame.y < b.y + b.h,
  );
  assert.deepEqual(met, []);
});

test("a name stands whole, in two lines, or not at all; never across the border", () => {
  const within = (w, h) => (x, y) => Math.abs(x) <= w && Math.abs(y) <= h;
  assert.deepEqual(placeName("Am Wehr", 60, [], within(80, 40)), {
    lines: ["Am Wehr"],
    x: 0,
    y: 0,
  });
  const two = placeName("Grundschule Brückenfeld", 40, [], within(45, 40));
  assert.deepEqual(two.lines, ["Grundschule", "Brückenfeld"]);
  assert.deepEqual(placeName("Grundschule", 9, [], within(9, 9)).lines, []);
});

test("a name gives way to an offer", () => {
  const placed = placeName("Am Wehr", 60, [{ x: 0, y: 0 }], (x, y) => Math.hypot(x, y) < 90);
  assert.ok(Math.abs(placed.y) >= 14 + 5 || Math.abs(placed.x) >= 3.1 * 7 + 7);
});

test("a short last word stays with the one before it", () => {
  assert.deepEqual(breaks("Nordend 2")[2], ["Nordend\u00a02"]);
});

test("the address holds what is shown, and nothing at the start", () => {
  const state = startOf(data);
  assert.equal(toAddress(state, data), "");
  Object.assign(state, { view: 1, year: 0, area: 2, other: 0, table: true });
  const told = toAddress(state, data);
  assert.equal(told, "zeigt=armut&jahr=2023-12-31&gebiet=c&vergleich=a&tabelle=1");
  const read = { ...startOf(data), ...fromAddress(`#${told}`, data) };
  assert.deepEqual(read, state);
});

test("an address of another build is read as far as it fits", () => {
  const read = fromAddress("#zeigt=fort&jahr=1999-01-01&gebiet=weg&vergleich=a", data);
  assert.deepEqual(read, { view: 0, year: 1, area: null, other: null, table: false });
});

test("a view without the chosen day shows its last one and says so", () => {
  assert.deepEqual(shownDay({ days: ["2024"] }, "2023"), { at: 0, own: false });
  assert.deepEqual(shownDay({ days: ["2023", "2024"] }, "2023"), { at: 0, own: true });
});

test("one is worded as one", () => {
  const text = "{n:1 Gebiet|# Gebiete} in {ort}";
  assert.equal(worded(text, { n: 1, ort: "Hagen" }), "1 Gebiet in Hagen");
  assert.equal(worded(text, { n: 3, ort: "Hagen" }), "3 Gebiete in Hagen");
});

test("umlauts, ß and case do not hinder a search; offers lead to their area", () => {
  const entries = entriesOf(data);
  assert.equal(fold("Straße Öde"), "strasse ode");
  assert.deepEqual(
    found(entries, "mura").map((e) => e.text),
    ["Müraforst"],
  );
  assert.deepEqual(
    found(entries, "nord").map((e) => e.area),
    [2, 1],
  );
  assert.deepEqual(
    found(entries, "c").map((e) => e.text),
    ["Nordschule (Grundschule)", "Nordend"].reverse(),
  );
  assert.deepEqual(found(entries, "draußen"), []);
  assert.deepEqual(found(entries, "  "), []);
});

test("a kind is told only where the name does not say it", () => {
  assert.equal(pointName("Grundschule Nord", "Grundschule"), "Grundschule Nord");
  assert.equal(pointName("Regenbogen", "Kita"), "Regenbogen (Kita)");
});

test("missing values stand last, whichever way is sorted", () => {
  const values = [2, null, 10, 1];
  const sorted = (down) => [...values].sort((a, b) => compare(a, b, down, new Intl.Collator("de")));
  assert.deepEqual(sorted(false), [1, 2, 10, null]);
  assert.deepEqual(sorted(true), [10, 2, 1, null]);
});

test("areas alike are those of the smallest distance; unknown ones are none", () => {
  const parts = [
    [1, 1.1, 5, null, 2],
    [1, 1, 5, 1, 1],
  ];
  assert.deepEqual(alike(parts, 0), [1, 4, 2]);
  assert.deepEqual(alike(parts, 3), []);
});

test("what lifts and what lowers is measured against the mean of the known areas", () => {
  assert.deepEqual(
    unlikeOthers(
      [
        [4, 2, null],
        [1, 5, 3],
      ],
      0,
    ),
    { up: 0, down: 1 },
  );
  assert.deepEqual(unlikeOthers([[1, 1]], 0), { up: null, down: null });
});

test("arrow keys stop at the ends of a list", () => {
  assert.equal(nextPlace("ArrowDown", 2, 3), null);
  assert.equal(nextPlace("ArrowUp", 0, 3), null);
  assert.equal(nextPlace("End", 0, 3), 2);
  assert.equal(nextPlace("x", 0, 3), null);
});

test("the smaller the areas, the thinner their borders", () => {
  assert.ok(shapes.borderWidth(40000) === 1 && shapes.borderWidth(400) < 1 && shapes.borderWidth(1) === 0.3);
});

const { clamped, orderOf } = await load("ranking.js");
const { apart, runs } = await load("ribbon.js");
const { placing, ticks } = await load("strips.js");
const { nearest } = await load("profile.js");
const { lineOf } = await load("trend.js");
const { byClass } = await load("city.js");
const { dotsOf, roundEnd } = await load("scatter.js");

test("a rank is drawn inside its own interval", () => {
  assert.deepEqual(clamped(4, 5, 7), { at: 5, low: 5, high: 7 }); // a tie, published as 4
  assert.deepEqual(clamped(9, 5, 7), { at: 7, low: 5, high: 7 });
  assert.deepEqual(clamped(3, null, null), { at: 3, low: 3, high: 3 });
});

test("letters above the band of all areas never cover each other and stay in order", () => {
  for (const wanted of [[1, 1.2, 1.4, 1.6], [98, 98.5, 99], [10, 50, 90], [0, 50, 50.1, 100]]) {
    const at = apart(wanted);
    assert.deepEqual([...at].sort((a, b) => a - b), at);
    at.slice(1).forEach((x, n) => assert.ok(x - at[n] >= 5.5 - 1e-9, String(at)));
    assert.ok(at[0] > 0 && at.at(-1) < 100, String(at));
  }
  assert.deepEqual(apart([10, 50, 90]), [10, 50, 90]); // what has room stays in its place
  assert.deepEqual(apart([]), []);
});

test("the ranking leaves out who has no rank, and orders ties by name", () => {
  const names = ["Nord", "Süd", "Alt", "West"];
  const byName = (a, b) => names[a].localeCompare(names[b]);
  assert.deepEqual(orderOf([2, null, 2, 1], byName), [3, 2, 0]);
});

test("of very many areas only the first and their equals are ordered by name", () => {
  const ranks = Array.from({ length: 5000 }, (_, i) => (i % 7 ? i + 1 : 4));
  let asked = 0;
  const byName = (a, b) => {
    asked++;
    return b - a;
  };
  const whole = orderOf(ranks, (a, b) => b - a);
  const head = orderOf(ranks, byName, 10);
  assert.deepEqual(head.slice(0, 10), whole.slice(0, 10));
  assert.deepEqual([...head].sort(), [...whole].sort());
  head.forEach((i, k) => assert.ok(!k || ranks[head[k - 1]] <= ranks[i]));
  assert.ok(asked > 0 && asked < 715 * 14, String(asked)); // those of rank 4, not all
});

test("neighbours of one colour are one piece", () => {
  assert.deepEqual(runs(["a", "a", "b", "a"]), [
    { fill: "a", at: 0, n: 2 },
    { fill: "b", at: 2, n: 1 },
    { fill: "a", at: 3, n: 1 },
  ]);
});

test("a strip has no more ticks than can be told apart", () => {
  const values = Array.from({ length: 30000 }, (_, i) => (i % 5 ? i : null));
  const at = placing([values], true);
  assert.equal(ticks([10, null, 30], placing([[10, 30]], true)), "M7 4v10M293 4v10");
  assert.ok(ticks(values, at).split("M").length <= 602);
});

test("the nearest in rank are those of smallest distance, the first of equals", () => {
  const ranks = Array.from({ length: 400 }, (_, i) => (i % 11 ? ((i * 37) % 400) + 1 : null));
  const away = (i, j) => (ranks[j] === null ? 400 : Math.abs(ranks[j] - (ranks[i] ?? 0)));
  for (const i of [0, 1, 57, 399]) {
    const others = [...ranks.keys()].filter((j) => j !== i);
    others.sort((a, b) => away(i, a) - away(i, b) || a - b);
    const found = nearest(ranks, i, 50);
    assert.deepEqual([...found].sort(), others.slice(0, 50).sort());
  }
});

test("on a strip more burden is to the right, resources are mirrored", () => {
  const burden = placing([[10, null, 30]], true);
  const resource = placing([[10, null, 30]], false);
  assert.ok(burden(30) > burden(20) && burden(20) > burden(10));
  assert.equal(burden(10), resource(30));
});

test("a line has a gap where a value is missing", () => {
  const line = lineOf(
    [1, null, 2, 3],
    (k) => k,
    (v) => v,
  );
  assert.equal(line, "M0.0 1.0M2.0 2.0L3.0 3.0");
});

test("people by class are sums of the known; the rate is weighted by its own base", () => {
  const reach = { values: [0.5, 0.1, null, 0.2], bases: [10, 30, 50, 5] };
  const sums = byClass("0011", [100, 300, 20, null], reach);
  assert.deepEqual(sums.get("0"), { people: 400, rate: 0.2 }); // (5 + 3) / 40
  assert.deepEqual(sums.get("1"), { people: 20, rate: null });
});

test("in the cloud the most burdened stands to the right, whatever the index measures", () => {
  const [low, high] = dotsOf([0.2, 0.8, null], [0.1, 0.3, 0.5], false);
  assert.deepEqual([low.burden, high.burden], [1, 0]);
  assert.deepEqual([0.02, 0.3, 0.31, 1].map(roundEnd), [0.1, 0.3, 0.4, 1]);
});

const raster = await load("raster.js");

/** Stars with a hole each, over the ends of the frame, from a fixed sequence. */
function stars(n) {
  let seed = 5;
  const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const ringAt = (x, y, size) =>
    Float64Array.from(
      Array.from({ length: 9 }, (_, k) => {
        const [turn, far] = [(k / 9) * 2 * Math.PI, size * (0.4 + 0.6 * next())];
        return [x + far * Math.cos(turn), y + far * Math.sin(turn)];
      }).flat(),
    );
  return Array.from({ length: n }, () => {
    const [x, y] = [next() * 120 - 10, next() * 90 - 10];
    return [ringAt(x, y, 30), ringAt(x, y, 8)];
  });
}

test("a pixel belongs to the last area its middle lies in; holes belong to none", () => {
  const all = stars(12);
  const boxes = all.map((shape) => shapes.boundsOf([shape]));
  const frame = { x: 3, y: 5, scale: 2.3, width: 230, height: 160 };
  const ids = new Int32Array(frame.width * frame.height);
  raster.rasterise(all, boxes, frame, ids);
  let inside = 0;
  ids.forEach((id, at) => {
    const x = frame.x + ((at % frame.width) + 0.5) / frame.scale;
    const y = frame.y + (Math.floor(at / frame.width) + 0.5) / frame.scale;
    const lies = all.findLastIndex((shape) => shapes.contains(shape, [x, y]));
    if (id % 2) inside++;
    // a pixel at a border may belong to what is beside it: only plain ones are told by one area
    if (id % 2) assert.equal((id - 1) / 2, lies);
    if (id === 0) assert.equal(lies, -1);
  });
  assert.ok(inside > 5000);
});

test("neighbours leave no pixel between them, whichever way their borders run", () => {
  const [a, b] = [Float64Array.from([0, 0, 50, 0, 31, 20, 44, 33.3, 20, 50, 0, 50]), [20, 50]];
  b.push(44, 33.3, 31, 20, 50, 0, 80, 0, 80, 50);
  const all = [[a], [Float64Array.from(b)]];
  const boxes = all.map((shape) => shapes.boundsOf([shape]));
  const ids = new Int32Array(80 * 50);
  raster.rasterise(all, boxes, { x: 0, y: 0, scale: 1, width: 80, height: 50 }, ids);
  assert.ok(ids.every((id) => id > 0));
});

test("only what is in sight is looked at, and the paper between two areas is clean", () => {
  const all = stars(40);
  const boxes = all.map((shape) => shapes.boundsOf([shape]));
  const frame = (x, size) => ({ x, y: 0, scale: 1, width: size, height: size });
  const ids = (size) => new Int32Array(size * size).fill(7);
  assert.equal(raster.rasterise(all, boxes, frame(-50, 300), ids(300)), 40);
  assert.equal(raster.rasterise(all, boxes, frame(500, 10), ids(10)), 0);
  const one = ids(40);
  const few = raster.rasterise(all, boxes, frame(0, 40), one);
  assert.ok(few > 0 && few < 40);
  const again = ids(40);
  raster.rasterise(all, boxes, frame(0, 40), again);
  assert.deepEqual(one, again);
});

test("a pixel has the colour of its area, the ink of its border, or its tile", () => {
  const [red, ink, blue, dot] = [raster.pixel("#ff0000"), 8000, raster.pixel("#0000ff"), 9000];
  const inks = Uint32Array.from([0, red, ink, 1, ink]); // the second area is tiled
  const grounds = Uint32Array.from([0, red, 0, blue, 0]);
  const tiles = [Uint32Array.from([dot, 0, 0, 0])];
  const pixels = new Uint32Array(6);
  raster.dye(Int32Array.from([0, 1, 2, 3, 3, 4]), 2, { inks, grounds, tiles, side: 2 }, pixels);
  assert.deepEqual([...pixels], [0, red, ink, blue, dot, ink]);
  assert.equal(raster.pixel("#010203").toString(16), "ff030201");
  assert.equal(raster.mixed("#ffffff", "#000000", 0.5), "#808080");
});
