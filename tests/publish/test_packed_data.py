"""Data of very many areas: packed, the same for whoever reads them, worded once per difference."""

import json
import random
import re
import shutil
import subprocess
import zlib
from base64 import b64decode
from importlib import resources
from pathlib import Path

import pytest
from publish.blown import blown_up
from publish.sample import sample_release

from sozialraum.publish.escape import script_json
from sozialraum.publish.page import spreads
from sozialraum.publish.page.columns import outside
from sozialraum.publish.page.data_block import COMPRESSED_FROM, data_block, page_script
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.published_numbers import indicator_figures
from sozialraum.publish.wording import spread_words

SOURCE = Path(str(resources.files("sozialraum.publish") / "assets" / "karte"))


def content_of(block):
    pattern = r'<script type="application/octet-stream" id="daten">([\w+/=]+)</script>'
    return zlib.decompress(b64decode(re.fullmatch(pattern, block).group(1)))


def value_of(numbers, part):
    """Read a part as its description says, without the page."""
    at, n, size = part["at"], part["n"], part["size"]
    planes = [numbers[at + k * n : at + (k + 1) * n] for k in range(size)]
    told = [int.from_bytes(bytes(one), "little") for one in zip(*planes, strict=True)]
    unit = 10 ** part["digits"]
    return [(t - 1 + part["least"]) / unit if t else None for t in told]


def restored(content):
    """Return the data of a packed block, read by the description of `outside`."""
    length = int.from_bytes(content[:4], "little")
    found = json.loads(content[4 : 4 + length])
    data, numbers = found["data"], content[4 + length :]

    def place(way):
        here = data
        for step in way:
            here = here[step]
        return here

    for column in found["columns"]:
        lists = [value_of(numbers, part) for part in column["parts"]]
        if column.get("rings"):
            values = rings(*lists)
        elif column.get("rows"):
            values = [list(row) for row in zip(*lists, strict=True)]
        else:
            (values,) = lists
        if "along" in column:
            x, y, slope = column["line"]
            pairs = zip(values, place(column["along"]), strict=True)
            values = [
                None if v is None else v + (y + slope * ((x if o is None else o) - x) + 0.5) // 1
                for v, o in pairs
            ]
        place(column["to"][:-1])[column["to"][-1]] = values
    return data


def rings(counts, lengths, x, y):
    steps = iter(zip(x, y, strict=True))
    length = iter(lengths)
    return [
        [[[n for _ in range(int(next(length))) for n in next(steps)] for _ in range(int(count))]]
        for count in counts
    ]


def as_one_part(shapes):
    """The page fills all rings of an area by turns; which polygon they belong to is not told."""
    return [[[ring for part in area for ring in part]] for area in shapes]


@pytest.fixture(scope="module")
def data():
    """As many areas as are packed, with every kind of column, gap and number."""
    found = blown_up(page_data(sample_release(26, 3, 2, layers=True)), COMPRESSED_FROM)
    rng = random.Random(3)
    n = COMPRESSED_FROM
    found["odd"] = {
        "none": [None] * n,
        "large": [rng.choice([None, -(10**9), 10**9 + 7, 0]) for _ in range(n)],
        "decimals": [rng.choice([0.25, -1.5, None, 3]) for _ in range(n)],
        "thirds": [1 / 3] * n,  # no power of ten makes them whole: they stay in the JSON
        "texts": ["</script>"] * n,
        "rows": [[(rng.random() > 0.5 and 1) or 0, round(rng.random(), 5)] for _ in range(n)],
        "uneven": [[1], [1, 2]] * (n // 2),
        "parts": {"east": [k % 7 for k in range(n)]},  # no list beside it is followed
        "values": [1, 2],
        "further": {"parts": [[k % 9 for k in range(n)]], "values": {"0": 1}},
        "shorter": {"parts": [[k % 9 for k in range(n)]], "values": [[1, 2, 3]]},
    }
    # contributions beside, on and far from a line over their values
    edition = found["editions"][0]
    edition["values"] = [[rng.choice([None, k, 5 * k]) for k in range(n)] for _ in range(3)]
    edition["parts"][0] = [None if v is None else -7 - 3 * v for v in edition["values"][0]]
    edition["parts"][1] = [rng.choice([None, 0, k]) for k in range(n)]
    edition["parts"][2] = [4 if v is None else round(0.37 * v) for v in edition["values"][2]]
    return found


def test_few_areas_stay_readable_json():
    plain = {"keys": ["ä"] * (COMPRESSED_FROM - 1), "x": "</script>"}
    assert data_block(plain).startswith('<script type="application/json" id="daten">{"keys"')


def test_packed_data_are_the_same_data_and_the_same_bytes(data):
    block = data_block(data)
    found = restored(content_of(block))
    assert as_one_part(found.pop("shapes")) == as_one_part(data["shapes"])
    assert found == {k: v for k, v in json.loads(script_json(data)).items() if k != "shapes"}
    assert data_block(data) == block


READ = """import { readFileSync } from "node:fs";
const { unpacked } = await import(process.argv[1]);
const data = unpacked(new Uint8Array(readFileSync(0)));
const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
process.stdout.write(JSON.stringify(data, plain));
"""


def test_a_page_reads_the_very_numbers_that_were_given(data):
    if shutil.which("node") is None:
        pytest.skip("node is not here: it tests the page's source for its developers")
    words = ["node", "--input-type=module", "-e", READ, (SOURCE / "columns.js").as_uri()]
    done = subprocess.run(
        words, input=content_of(data_block(data)), capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = json.loads(done.stdout)
    assert found.pop("shapes") == as_one_part(data["shapes"])
    assert found == {k: v for k, v in json.loads(script_json(data)).items() if k != "shapes"}


def test_numbers_take_little_more_than_half_of_what_their_digits_take_deflated():
    rng = random.Random(5)
    n = 5000
    values = [[rng.randrange(50, 400) for _ in range(n)] for _ in range(4)]
    parts = [[round(0.21 * v) - 9 for v in column] for column in values]
    data = {"editions": [{"values": values, "parts": parts}]}
    rest, columns, numbers = outside(data)
    told = json.dumps([rest, columns]).encode() + numbers
    digits = json.dumps(data, separators=(",", ":")).encode()
    assert len(zlib.compress(told, 9)) < 0.6 * len(zlib.compress(digits, 9))
    # of contributions on a line over their values only the rounding is told
    _, _, without = outside({"editions": [{"values": values}]})
    assert len(zlib.compress(numbers, 9)) < 1.2 * len(zlib.compress(without, 9))


def test_only_a_page_of_very_many_areas_carries_what_reads_them():
    few, many = (page_script("main.js", n) for n in (COMPRESSED_FROM - 1, COMPRESSED_FROM))
    assert "function rasterise" in many and "function unpacked" in many
    assert "function rasterise" not in few and "function unpacked" not in few


def test_each_spread_is_worded_as_for_its_area_alone_and_once_per_difference(monkeypatch):
    release = sample_release(200, 3, 2)
    figures = indicator_figures(release)
    asked = []

    def counted(edition, key, indicator, figure, lang="de"):
        asked.append((edition.stichtag, indicator, key))
        return spread_words(edition, key, indicator, figure, lang)

    monkeypatch.setattr(spreads, "spread_words", counted)
    words, places = spreads.spreads_of(release, figures)
    told = [[[words[p] for p in column] for column in edition] for edition in places]
    assert told == [
        [
            [spread_words(edition, key, i.id, figures[i.id]) for key in release.areas.index]
            for i in release.indicators
        ]
        for edition in release.editions
    ]
    assert len(set(words)) == len(words) > 5
    columns = [column for edition in told for column in edition]
    assert len(asked) <= sum(3 * len(set(column)) for column in columns) < 600
