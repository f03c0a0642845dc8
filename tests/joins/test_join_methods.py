"""Every method of [join], from the build file to the counts on the areas of the index."""

import inspect

import pytest
from joins.city_on_paper import BLOCKS, HOUSES, NUMBERS, areas, lines, plan, points, register
from shapely import box

import sozialraum
from sozialraum.config import joining as sections
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.publish.page.page_data import page_data
from sozialraum.space.addressing.house_numbers import read_house_number_rules
from sozialraum.space.crosswalks.density import density_crosswalk
from sozialraum.space.crosswalks.vintages import vintage_crosswalk
from sozialraum.space.network import beeline_distances, walking_distances
from sozialraum.space.walking_limits import walking_limit
from sozialraum.workflows.build.counts.counting import count
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.geography.joining import join

BY_KEYS = """
method = "addresses"
[join.addresses]
file = "adressen.csv"
source = "block"
target = "sprengel"
"""
BY_PLACE = """
method = "addresses"
[join.addresses]
file = "adressen.csv"
x = "ost"
y = "nord"
crs = "EPSG:25833"
"""
BY_RULES = """
method = "rules"
[join.addresses]
file = "adressen.csv"
source = "block"
street = "strasse"
house_number = "hausnummer"
[join.rules]
file = "satzung.csv"
area = "sprengel"
street = "strasse"
rule = "hausnummern"
"""
RULES = "strasse;hausnummern;sprengel\nLange Str.;1-2;A\nLange Str.;ab 3;B\n"


def children(result) -> dict[str, float]:
    return result.measured["2024-12-31"].base["armut"].to_dict()


def codes(problems) -> list[str]:
    return [p.code for p in problems]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        # block 02 has three houses, one of them in A
        (BY_KEYS, {"A": 100 + 200 / 3, "B": 200 * 2 / 3 + 200}),
        (BY_PLACE, {"A": 100 + 200 / 3, "B": 200 * 2 / 3 + 200}),
        # … of its five dwellings three lie in A
        (BY_KEYS + 'weight = "wohnungen"\n', {"A": 100 + 120, "B": 80 + 200}),
    ],
)
def test_counts_go_where_the_houses_of_a_block_stand(tmp_path, how, expected):
    result = sozialraum.build(plan(tmp_path, how, adressen=register()).file)
    assert children(result) == pytest.approx(expected, abs=1e-9)
    assert result.crosswalk.method == "addresses"
    # a share is formed after the move: the poor children of block 02 are split in the same way
    value = result.measured["2024-12-31"].value["armut"]
    split = (expected["A"] - 100) / 200
    assert value["A"] == pytest.approx((13 + 30 * split) / expected["A"], rel=1e-12)


def test_a_layer_of_buildings_serves_as_register(tmp_path):
    houses = points({"wohnungen": [h[2] for h in HOUSES]}, [(h[5], 50) for h in HOUSES])
    how = BY_PLACE.replace("adressen.csv", "gebaeude.gpkg")
    how = "\n".join(r for r in how.splitlines() if r[:1] not in ("x", "y", "c"))
    built = plan(tmp_path, how + '\nweight = "wohnungen"\n', layers={"gebaeude": houses})
    assert children(sozialraum.build(built.file)) == pytest.approx({"A": 220, "B": 280})


def test_keys_of_a_register_get_their_zeros_back(tmp_path):
    bare = register().replace(";01;", ";1;").replace(";02;", ";2;")
    bare = bare.replace(";03;", ";3;").replace(";04;", ";4;")
    result = sozialraum.build(plan(tmp_path, BY_KEYS, adressen=bare).file)
    assert children(result) == pytest.approx({"A": 100 + 200 / 3, "B": 200 * 2 / 3 + 200})
    assert "sources.key_padded" in codes(result.problems)


def test_a_block_without_an_address_is_split_by_area_and_listed(tmp_path):
    without = [h for h in HOUSES if h[3] != "02"]
    result = sozialraum.build(plan(tmp_path, BY_KEYS, adressen=register(without)).file)
    # half of block 02 lies in A
    assert children(result) == pytest.approx({"A": 200, "B": 300})
    told = next(p for p in result.problems if p.code == "pipeline.join_fallback")
    assert "1 Gebiet mit 200 Menschen hat" in told.message and "02" in told.message


def test_houses_without_a_district_are_counted_and_their_people_told(tmp_path):
    houses = [*HOUSES[:2], ("Lange Straße", "3", 1, "02", "", 160), *HOUSES[3:]]
    result = sozialraum.build(plan(tmp_path, BY_KEYS, adressen=register(houses)).file)
    told = {p.code: p for p in result.problems}
    assert "1 Haus (16,7 %) hat" in told["addresses.no_target"].message
    outside = told["pipeline.join_outside"]
    assert outside.key == "02" and "etwa 67 Menschen" in outside.message
    assert sum(children(result).values()) == pytest.approx(500 - 200 / 3)


def test_a_register_of_another_city_is_refused(tmp_path):
    foreign = register([(s, n, w, "77", a, e) for s, n, w, _, a, e in HOUSES])
    with pytest.raises(DataError, match="Keines der 6 Häuser"):
        sozialraum.build(plan(tmp_path, BY_KEYS, adressen=foreign).file)


def test_names_instead_of_keys_are_named(tmp_path):
    named = register().replace(";A;", ";Grundschule Nord;", 1)
    result = sozialraum.build(plan(tmp_path, BY_KEYS, adressen=named).file)
    told = next(p for p in result.problems if p.code == "addresses.unknown_target")
    assert "Grundschule Nord" in told.message and "A, B" in told.expected


def test_a_weight_that_is_no_number_is_refused_with_its_row(tmp_path):
    broken = register().replace("Lange Straße;2;3;", "Lange Straße;2;;")
    with pytest.raises(DataError, match="zuerst in Zeile 3"):
        sozialraum.build(plan(tmp_path, BY_KEYS + 'weight = "wohnungen"', adressen=broken).file)


def test_a_missing_column_of_the_register_is_named(tmp_path):
    how = BY_KEYS.replace('"block"', '"baublock"')
    with pytest.raises(DataError) as caught:
        sozialraum.build(plan(tmp_path, how, adressen=register()).file)
    first = next(p for p in caught.value.problems if p.severity == "error")
    assert (first.file, first.column) == ("adressen.csv", "baublock") and "block" in first.found


def test_streets_are_found_on_the_page_and_no_house_is(tmp_path):
    many = [("Lange Straße", str(n), 1, "01", "A", 10 + n) for n in range(1, 6)]
    few = [("Kurze Gasse", str(n), 1, "03", "B", 260 + n) for n in range(1, 3)]
    both = [("Ringstraße", str(n), 1, *place) for n, place in enumerate(
        [("01", "A", 20)] * 4 + [("03", "B", 270)] * 3 + [("04", "B", 350)] * 1)]  # fmt: skip
    rest = [h for h in HOUSES if h[3] in ("02", "04")]
    houses = register([*many, *few, *both, *rest])
    how = BY_KEYS + 'street = "strasse"\n'
    release = sozialraum.build(plan(tmp_path, how, adressen=houses).file).release
    counted = {}
    for street, _, _, _, area, _ in [*many, *few, *both, *rest]:
        counted.setdefault(street, {}).setdefault(area, []).append(1)
    wanted = {
        street: tuple(sorted(a for a, here in areas.items() if len(here) >= 3))
        for street, areas in counted.items()
    }
    assert release.streets == {street: areas for street, areas in wanted.items() if areas}
    assert "Kurze Gasse" not in release.streets and release.streets["Ringstraße"] == ("A", "B")
    data = page_data(release)["streets"]
    assert [name for name, *_ in data] == sorted(release.streets)
    keys = list(release.areas.index)
    assert {name: tuple(keys[i] for i in places) for name, *places in data} == release.streets


def test_rules_tell_the_streets_of_an_area_without_any_house(tmp_path):
    built = plan(tmp_path, BY_RULES, adressen=register(), satzung=RULES)
    assert sozialraum.build(built.file).release.streets == {"Lange Str.": ("A", "B")}


# --- rules --------------------------------------------------------------------------------------


def test_house_number_rules_decide_where_the_children_of_a_block_go(tmp_path):
    built = plan(tmp_path, BY_RULES, adressen=register(), satzung=RULES)
    result = sozialraum.build(built.file)
    assert children(result) == pytest.approx({"A": 100 + 200 / 3, "B": 200 * 2 / 3 + 200})
    assert result.crosswalk.method == "rules"


def test_the_two_sides_of_a_street_may_go_to_two_schools(tmp_path):
    rules = "strasse;hausnummern;sprengel\nLange Str.;ung. 1-5;A\nLange Str.;ger. 2-6;B\n"
    built = plan(tmp_path, BY_RULES, adressen=register(), satzung=rules)
    # houses 1, 3, 5 to A: all of 01, a third of 02, all of 03
    assert children(sozialraum.build(built.file)) == pytest.approx(
        {"A": 100 + 200 / 3 + 150, "B": 400 / 3 + 50}
    )


def test_rules_count_dwellings_where_the_register_has_them(tmp_path):
    how = BY_RULES.replace('source = "block"', 'source = "block"\nweight = "wohnungen"')
    built = plan(tmp_path, how, adressen=register(), satzung=RULES)
    assert children(sozialraum.build(built.file)) == pytest.approx({"A": 220, "B": 280})


def test_a_house_that_no_rule_names_is_listed(tmp_path):
    rules = RULES.replace("ab 3", "ab 4")
    result = sozialraum.build(plan(tmp_path, BY_RULES, adressen=register(), satzung=rules).file)
    assert "addresses.rules_uncovered" in codes(result.problems)
    assert "pipeline.join_outside" in codes(result.problems)


@pytest.mark.parametrize(
    ("rules", "code", "row"),
    [
        (RULES.replace("1-2", "eins bis zwei"), "addresses.rule_unreadable", 2),
        (RULES.replace("ab 3", "ab 2"), "addresses.rules_overlap", None),
        (RULES.replace("1-2", "2-1"), "addresses.rule_backwards", 2),
    ],
)
def test_rules_that_cannot_be_applied_stop_the_build(tmp_path, rules, code, row):
    with pytest.raises(DataError) as caught:
        sozialraum.build(plan(tmp_path, BY_RULES, adressen=register(), satzung=rules).file)
    wrong = next(p for p in caught.value.problems if p.code == code)
    assert wrong.row == row and (row is None or wrong.file == "satzung.csv")


# --- nearest, density ---------------------------------------------------------------------------

SCHOOLS = {"schulen": points({"sprengel": ["A", "B"]}, [(50, 50), (350, 50)])}
NEAREST = 'method = "nearest"\n[join.nearest]\nfile = "schulen.gpkg"\nkey = "sprengel"\n'
DENSITY = NEAREST.replace("nearest", "density") + "bandwidth = 200.0\n"


def test_every_block_belongs_to_the_nearest_school_and_the_basis_is_named(tmp_path):
    result = sozialraum.build(plan(tmp_path, NEAREST, layers=SCHOOLS).file)
    # inner points at 50, 150, 250, 350: 01 and 02 are nearer to 50, 03 and 04 to 350
    assert children(result) == {"A": 300.0, "B": 200.0}
    assert result.crosswalk.details["basis"] == "Luftlinie × 1,3"
    result.save(tmp_path / "out", files=("methode",))
    method = (tmp_path / "out" / "methode.md").read_text("utf-8")
    assert "zur nächsten Schule (Luftlinie × 1,3)" in method


def test_paths_decide_where_there_are_some(tmp_path):
    # the only way from block 02 to the left goes round by 1,000 m
    paths = lines([(50, 50), (50, 1050), (150, 1050), (150, 50)], [(150, 50), (250, 50), (350, 50)])
    how = NEAREST + 'network = "wege.gpkg"\n'
    result = sozialraum.build(plan(tmp_path, how, layers={**SCHOOLS, "wege": paths}).file)
    assert children(result) == {"A": 100.0, "B": 400.0}
    assert result.crosswalk.details["basis"] == "Fußweg"


def test_a_block_beyond_the_limit_belongs_to_no_school_and_is_told(tmp_path):
    far = {"schulen": points({"sprengel": ["A", "B"]}, [(50, 50), (250, 50)])}
    result = sozialraum.build(plan(tmp_path, NEAREST + "limit = 129.0\n", layers=far).file)
    # block 02 is 100 m away, times 1.3 = 130 m; so is block 04 from B
    assert children(result) == {"A": 100.0, "B": 150.0}
    told = [p for p in result.problems if p.code == "pipeline.join_outside"]
    assert {p.key for p in told} == {"02", "04"} and all("(10.000 m²)" in p.message for p in told)


@pytest.mark.parametrize(
    ("ags", "level", "basis", "code"),
    [
        ("05914000", "primary", "höchstens 2.000 m nach § 5 Abs. 2 SchfkVO NRW, Stand 22.06.2021", None),
        ("05914000", "secondary", "höchstens 3.500 m nach § 5 Abs. 2 SchfkVO NRW", None),
        ("11000000", "primary", "höchstens 2.000 m", "pipeline.walking_limit_unverified"),
    ],
)  # fmt: skip
def test_the_walking_limit_of_the_land_is_applied_and_cited(tmp_path, ags, level, basis, code):
    how = NEAREST + f'limit = "Land"\nlevel = "{level}"\n'
    # 1,530 m to block 01 and 100 m more to each further one, times 1.3: 1,989 m, 2,119 m, …
    far = {"schulen": points({"sprengel": ["A", "B"]}, [(-1480, 50), (9000, 50)])}
    built = plan(tmp_path, how, top=f'ags = "{ags}"', layers=far)
    joined = join(built, read(built))
    assert basis in joined.crosswalk.details["basis"]
    assert "Luftlinie × 1,3" in joined.crosswalk.details["basis"]
    reached = joined.crosswalk.matrix.toarray().sum(axis=0)
    assert reached.tolist() == ([1.0] * 4 if level == "secondary" else [1.0, 0.0, 0.0, 0.0])
    doubtful = "pipeline.walking_limit_unverified" in codes(joined.problems)
    assert doubtful == (code is not None)


@pytest.mark.parametrize("top", ["", 'ags = "08111000"'])
def test_where_no_land_sets_a_limit_a_number_is_asked_for(tmp_path, top):
    built = plan(tmp_path, NEAREST + 'limit = "Land"\n', top=top, layers=SCHOOLS)
    with pytest.raises(DataError, match=r"limit = …, in Metern"):
        sozialraum.build(built.file)


def test_children_near_a_school_count_more_than_those_far_off(tmp_path):
    result = sozialraum.build(plan(tmp_path, DENSITY, layers=SCHOOLS).file)
    # K(d) = 1 - (d / 200)²: 1 for the school's own block, 3/4 at 100 m, 0 at 200 m
    assert children(result) == pytest.approx({"A": 100 + 150, "B": 50 + 0.75 * 150})


def test_nobody_crosses_a_barrier(tmp_path):
    river = lines([(100, -50), (100, 150)])
    how = DENSITY + 'barriers = "fluss.gpkg"\n'
    result = sozialraum.build(plan(tmp_path, how, layers={**SCHOOLS, "fluss": river}).file)
    assert children(result) == pytest.approx({"A": 100, "B": 50 + 0.75 * 150})


def test_of_two_schools_of_one_area_the_nearer_one_counts(tmp_path):
    both = {"schulen": points({"sprengel": ["A", "A", "B"]}, [(50, 50), (150, 50), (350, 50)])}
    result = sozialraum.build(plan(tmp_path, DENSITY, layers=both).file)
    # a child is no two children: block 02 counts wholly, by its own school, block 03 three quarters
    assert children(result)["A"] == pytest.approx(100 + 200 + 0.75 * 150)


def test_a_site_of_no_area_is_told_and_sites_of_none_at_all_are_refused(tmp_path):
    three = points({"sprengel": ["A", "B", "Z"]}, [(50, 50), (350, 50), (150, 50)])
    result = sozialraum.build(plan(tmp_path, NEAREST, layers={"schulen": three}).file)
    assert "„Z“" in next(p.message for p in result.problems if p.code == "pipeline.sites_elsewhere")
    with pytest.raises(DataError, match="Kein Standort"):
        none = points({"sprengel": ["X", "Y"]}, [(50, 50), (350, 50)])
        sozialraum.build(plan(tmp_path, NEAREST, layers={"schulen": none}).file)


# --- old boundaries -----------------------------------------------------------------------------

LAST_YEAR = """
[[tables]]
file = "vorjahr.csv"
areas = "bloecke"
key = "block"
width = 2
stichtag = 2020-12-31
"""
REFORM = """
[[reforms]]
file = "umsteiger.csv"
areas = "bloecke"
since = 2021-01-01
old = "alt"
new = "neu"
share = "anteil"
"""
OLD = "block;kinder;arm\n11;300;40\n03;140;14\n04;60;.\n"
CHANGES = "alt;neu;anteil\n11;01;0,4\n11;02;0,6\n"


def test_last_years_numbers_are_carried_to_todays_boundaries(tmp_path):
    built = plan(
        tmp_path, 'method = "areal"', tables=LAST_YEAR + REFORM + "unchanged = true\n",
        vorjahr=OLD, umsteiger=CHANGES,
    )  # fmt: skip
    delivery = read(built)
    moved = delivery.tables["2020-12-31"]["bloecke"]
    assert moved["kinder"].to_dict() == pytest.approx({"01": 120, "02": 180, "03": 140, "04": 60})
    status = delivery.status["2020-12-31"]["bloecke"]["arm"]
    assert status.astype(str).to_dict() == {"01": "ok", "02": "ok", "03": "ok", "04": "suppressed"}
    counted = count(built, delivery, join(built, delivery).crosswalk, "2020-12-31")
    assert counted.counts["kinder"].to_dict() == pytest.approx({"A": 120 + 90, "B": 90 + 200})
    # nobody knows how many of the 60 children of block 04 are poor: they are left out, and told
    last_year = sozialraum.build(built.file).measured["2020-12-31"]
    assert last_year.base["armut"].to_dict() == pytest.approx({"A": 120 + 90, "B": 90 + 140})
    assert last_year.missing["armut"].to_dict() == pytest.approx({"A": 0, "B": 60 / (90 + 200)})


def test_two_reforms_are_a_chain(tmp_path):
    second = REFORM.replace("umsteiger", "umsteiger2").replace("2021", "2023")
    chain = {"umsteiger": "alt;neu;anteil\n11;21;1\n03;03;1\n04;04;1\n",
             "umsteiger2": "alt;neu;anteil\n21;01;0,5\n21;02;0,5\n03;03;1\n04;04;1\n"}  # fmt: skip
    built = plan(tmp_path, 'method = "areal"', tables=LAST_YEAR + second + REFORM,
                 vorjahr=OLD.replace(".", "5"), **chain)  # fmt: skip
    moved = read(built).tables["2020-12-31"]["bloecke"]["kinder"]
    assert moved.to_dict() == pytest.approx({"01": 150, "02": 150, "03": 140, "04": 60})


def test_an_old_key_that_the_conversion_table_lacks_is_an_error(tmp_path):
    built = plan(tmp_path, 'method = "areal"', tables=LAST_YEAR + REFORM,
                 vorjahr=OLD, umsteiger=CHANGES)  # fmt: skip
    with pytest.raises(DataError) as caught:
        sozialraum.build(built.file)
    wrong = next(p for p in caught.value.problems if p.code == "pipeline.reform_incomplete")
    assert wrong.file == "umsteiger.csv" and "03, 04" in wrong.message
    assert "unchanged = true" in wrong.action


def test_shares_of_a_conversion_that_do_not_add_up_are_refused(tmp_path):
    built = plan(
        tmp_path, 'method = "areal"', tables=LAST_YEAR + REFORM + "unchanged = true\n",
        vorjahr=OLD, umsteiger=CHANGES.replace("0,6", "0,5"),
    )  # fmt: skip
    with pytest.raises(DataError) as caught:
        sozialraum.build(built.file)
    assert "space.chain_incomplete" in codes(caught.value.problems)


# --- the build file -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "key", "code"),
    [
        ('method = "addresses"', "join.addresses", "config.needs_section"),
        (BY_RULES.split("[join.rules]")[0], "join.rules", "config.needs_section"),
        (BY_KEYS.replace("addresses", "areal", 1), "join.addresses", "config.unused_section"),
        (BY_PLACE.replace('crs = "EPSG:25833"', ""), "join.addresses.crs", "config.needs_column"),
        (BY_RULES.replace('street = "strasse"\n', "", 1), "join.addresses.street", "config.needs_column"),
        ('method = "nearest"', "join.nearest", "config.needs_section"),
        ('method = "dasymetric"', "join.raster", "config.needs_raster"),
        ('method = "points"', "join.points", "config.needs_points"),
        ('method = "nested"\nmasks = ["areal"]', "join.masks", "config.no_masks"),
        ('method = "areal"\nmasks = ["binary"]', "join.masks", "config.needs_raster"),
    ],
)  # fmt: skip
def test_what_a_method_lacks_is_said_before_anything_is_read(tmp_path, how, key, code):
    with pytest.raises(ConfigError) as caught:
        plan(tmp_path, how)
    assert (code, key) in [(p.code, p.key) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("section", "functions", "beside"),
    [
        (sections.HouseRules, [read_house_number_rules], set()),
        (sections.Density, [density_crosswalk], {"file", "key"}),
        (sections.Nearest, [walking_distances, beeline_distances, walking_limit], {"file", "key"}),
        (sections.Reform, [vintage_crosswalk], {"file", "areas", "since"}),
    ],
)
def test_the_keys_of_a_section_are_arguments_of_its_functions(section, functions, beside):
    known = {n for f in functions for n in inspect.signature(f).parameters}
    assert set(section.model_fields) - beside <= known


def test_the_order_of_the_register_does_not_matter(tmp_path):
    built = plan(tmp_path, BY_KEYS, adressen=register())
    first = join(built, read(built)).crosswalk
    (tmp_path / "adressen.csv").write_text(register(HOUSES[::-1]), encoding="utf-8")
    second = join(built, read(built)).crosswalk
    assert first.content_hash == second.content_hash


def test_several_years_share_one_crosswalk(tmp_path, monkeypatch):
    from sozialraum.workflows.build.geography import joining

    made = []
    monkeypatch.setenv("SOZIALRAUM_CACHE", "")  # no earlier run has made it
    maker = joining.make_crosswalk
    monkeypatch.setattr(joining, "make_crosswalk", lambda *a, **k: made.append(1) or maker(*a, **k))
    years = "".join(
        LAST_YEAR.replace("vorjahr", f"jahr{y}").replace("2020", f"{y}") for y in range(2014, 2024)
    )
    files = {f"jahr{y}": NUMBERS.replace(";100;", f";{100 + y - 2014};") for y in range(2014, 2024)}
    built = plan(tmp_path, 'method = "areal"', tables=years, **files)
    result = sozialraum.build(built.file)
    assert len(result.measured) == 11 and len(made) == 1
    # block 01 lies in A, half of block 02 (200 children) too
    assert result.measured["2020-12-31"].base["armut"]["A"] == pytest.approx(106 + 100)


# --- what a town hall forgets -------------------------------------------------------------------


@pytest.mark.parametrize("how", [NEAREST, DENSITY, NEAREST + 'network = "wege.gpkg"\n'])
def test_a_school_without_a_place_is_told_and_the_others_count(tmp_path, how):
    three = points({"sprengel": ["A", "B", "B"]}, [(50, 50), (350, 50), (350, 50)])
    three.loc[2, "geometry"] = None
    layers = {"schulen": three, "wege": lines([(0, 50), (400, 50)])}
    built = plan(tmp_path, how, layers=layers)
    joined = join(built, read(built))
    assert "pipeline.site_without_place" in codes(joined.problems)
    assert joined.crosswalk.matrix.nnz > 0


def test_a_network_of_areas_is_refused_by_its_own_name(tmp_path):
    net = points({"nr": [1]}, [(0, 0)])
    built = plan(tmp_path, NEAREST + 'network = "wege.gpkg"\n', layers={**SCHOOLS, "wege": net})
    with pytest.raises(DataError) as caught:
        sozialraum.build(built.file)
    assert [(p.code, p.file) for p in caught.value.problems] == [("space.no_lines", "wege.gpkg")]


@pytest.mark.parametrize(
    ("weight", "code"), [("gibt_es_nicht", "sources.no_geometry_column"), ("art", "addresses.bad_weight")]
)  # fmt: skip
def test_a_weight_of_buildings_that_is_none_is_refused(tmp_path, weight, code):
    houses = points({"art": ["Haus", "Hof"]}, [(50, 50), (250, 50)])
    how = f'method = "points"\npoints = "haus.gpkg"\nweight = "{weight}"\n'
    with pytest.raises(DataError) as caught:
        sozialraum.build(plan(tmp_path, how, layers={"haus": houses}).file)
    assert [(p.code, p.file) for p in caught.value.problems] == [(code, "haus.gpkg")]


@pytest.mark.parametrize("parent", ["", 'parent = "sprengel"\n'])
def test_a_join_by_keys_that_names_no_column_is_refused(tmp_path, parent):
    with pytest.raises(DataError, match="parent im Abschnitt"):
        sozialraum.build(plan(tmp_path, f'method = "nested"\n{parent}').file)


@pytest.mark.parametrize(("nested", "doubted"), [(["A", "A", "B", "B"], []), (["B", "B", "A", "A"], ["01"])])  # fmt: skip
def test_keys_that_say_another_place_than_the_map_are_told(tmp_path, nested, doubted):
    built = plan(tmp_path, 'method = "nested"\nparent = "sprengel"\n', catchments={
        "A": box(0, 0, 200, 100), "B": box(200, 0, 400, 100)})  # fmt: skip
    layer = areas("block", BLOCKS).assign(sprengel=nested)
    layer.to_file(tmp_path / "bloecke.gpkg")
    joined = join(built, read(built))
    told = [p for p in joined.problems if p.code == "pipeline.nested_elsewhere"]
    assert len(told) == len(doubted) and all(k in p.message for p in told for k in doubted)
