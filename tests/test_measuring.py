"""Why a value is missing: withheld by the deliverer, or never delivered."""

import math
import shutil
from pathlib import Path

import pytest

import sozialraum
from sozialraum.model.errors import DataError
from sozialraum.workflows.build.building import build_for_office
from sozialraum.workflows.build.finishing import internal

ROOT = Path(__file__).parents[1]


def changed_build(folder: Path, changes: dict[str, str], tolerance: float) -> Path:
    """Return a build file on a copy of the example table in which single cells are replaced."""
    source = (ROOT / "shapes" / "musterstadt" / "kleinraum_2024.csv").read_text("cp1252")
    head, *rows = source.splitlines()
    place = head.split(";").index("sgb2_u15")
    for number, row in enumerate(rows):
        cells = row.split(";")
        if cells[0] in changes:
            cells[place] = changes[cells[0]]
            rows[number] = ";".join(cells)
    data = folder / "daten"
    shutil.copytree(ROOT / "shapes" / "musterstadt", data)
    text = "\r\n".join([head, *rows]) + "\r\n"
    (data / "kleinraum_2024.csv").write_bytes(text.encode("cp1252"))
    build = (ROOT / "config" / "musterstadt.toml").read_text("utf-8")
    build = build.replace("../shapes/musterstadt", "daten")
    build = build.replace(
        'method = "dasymetric"', f'method = "dasymetric"\nmissing_tolerance = {tolerance}'
    )
    path = folder / "bau.toml"
    path.write_text(build, encoding="utf-8")
    return path


def blocks_of_one_catchment(result, key: str) -> list[str]:
    walk = result.crosswalk
    row = walk.matrix[[walk.target_keys.index(key)], :].toarray().ravel()
    return [k for k, share in zip(walk.source_keys, row, strict=True) if share > 0.5]


@pytest.fixture(scope="module")
def plain():
    return build_for_office(ROOT / "config" / "musterstadt.toml").office


def test_a_cell_the_deliverer_withheld_makes_the_catchment_suppressed_not_missing(plain, tmp_path):
    key = "05"
    children = plain.delivery.tables["2024-12-31"]["bloecke"]["kinder_u15"]
    lived_in = [b for b in blocks_of_one_catchment(plain, key) if children[b] > 0]
    result = sozialraum.build(changed_build(tmp_path, {lived_in[0]: "."}, 0.0))
    status = result.measured["2024-12-31"].status
    assert status.at[key, "armut"] == "suppressed"
    assert math.isnan(result.measured["2024-12-31"].value.at[key, "armut"])
    assert status.drop(index=key)["armut"].eq("ok").all()


def test_a_share_speaks_of_the_children_it_is_known_for_where_the_build_allows_it(plain, tmp_path):
    key = "05"
    known = {
        b: n
        for b, n in plain.delivery.tables["2024-12-31"]["bloecke"]["kinder_u15"].items()
        if b in blocks_of_one_catchment(plain, key) and n > 0
    }
    withheld = next(iter(known))
    _, office = build_for_office(changed_build(tmp_path, {withheld: "."}, 0.2))
    measured = internal(office).measured["2024-12-31"]
    walk, counts = office.crosswalk, office.delivery.tables["2024-12-31"]["bloecke"]
    row = walk.matrix[[walk.target_keys.index(key)], :].toarray().ravel()
    share = dict(zip(walk.source_keys, row, strict=True))
    others = [b for b in walk.source_keys if b != withheld]
    cases = sum(share[b] * counts.at[b, "sgb2_u15"] for b in others if share[b])
    children = sum(share[b] * counts.at[b, "kinder_u15"] for b in others if share[b])
    assert measured.value.at[key, "armut"] == pytest.approx(cases / children, rel=1e-12)
    left_out = share[withheld] * known[withheld] / (share[withheld] * known[withheld] + children)
    assert measured.missing.at[key, "armut"] == pytest.approx(left_out, rel=1e-9)


def test_a_word_among_numbers_stops_the_build_with_its_place(tmp_path):
    with pytest.raises(DataError, match=r"kleinraum_2024\.csv, Zeile 3"):
        sozialraum.build(changed_build(tmp_path, {"0101002": "viele"}, 0.0))
