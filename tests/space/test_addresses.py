"""Addresses: one spelling, one area or none, and a reason for each."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from shared_data import shared

from sozialraum.model.addresses import (
    normalise_postcode,
    normalise_street,
    plain_letters,
    split_address,
    split_house_number,
)
from sozialraum.model.errors import DataError
from sozialraum.model.keys import restore_key
from sozialraum.space.addressing.address_register import make_register
from sozialraum.space.addressing.addresses import REASONS, UNMATCHED, match_addresses
from sozialraum.space.addressing.geocodes import distance_to_municipality, far_geocodes
from sozialraum.space.crosswalks.points import area_of_points

HOUSES = [
    # street, number, suffix, postcode, block
    ("Lange Straße", "12", "", "86150", "0101"),
    ("Lange Straße", "12", "a", "86150", "0102"),
    ("Lange Straße", "14", "", "86150", "0101"),
    ("Lange Straße", "16", "a", "86150", "0103"),
    ("Lange Straße", "16", "b", "86150", "0103"),
    ("Parkstraße", "1", "", "86150", "0101"),
    ("Parkstraße", "1", "", "86152", "0201"),
    ("Parkstraße", "3", "", "86152", "0201"),
    ("Gutschmidtstraße", "5", "", "86152", "0202"),
    ("Maierstraße", "1", "", "86152", "0203"),
    ("Meierstraße", "1", "", "86152", "0204"),
    ("Doppelgasse", "1", "", "86152", "0205"),
    ("Doppelgasse", "1", "", "86152", "0206"),
]
COLUMNS = ["street", "house_number", "suffix", "postcode", "block"]


def register():
    frame = pd.DataFrame(HOUSES, columns=COLUMNS)
    return make_register(frame, area="block", suffix="suffix", postcode="postcode")


def place(street, number, postcode="86150"):
    asked = pd.DataFrame({"street": [street], "house_number": [number], "postcode": [postcode]})
    found = match_addresses(asked, register(), postcode="postcode")
    return found.area.iloc[0], found.reason.iloc[0]


@pytest.mark.parametrize(
    "written",
    ["Lange Straße", "LANGE STR.", "Lange Strasse", "lange-str.", " Lange  Str ", "Lange STRAẞE"],
)
def test_a_street_has_one_spelling(written):
    assert normalise_street(written) == "langestrasse"


def test_umlauts_as_one_sign_as_two_and_as_letter_with_e_are_the_same():
    assert {plain_letters(s) for s in ("Böhm", "Bo\u0308hm", "Boehm", "BÖHM")} == {"boehm"}


def test_names_in_other_alphabets_are_not_cleaned_to_nothing():
    assert plain_letters("Ксения") == "ксения" and plain_letters("Ελένη") == "ελενη"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", ("single", 12, "", 12, "")),
        ("12.0", ("single", 12, "", 12, "")),
        (12.0, ("single", 12, "", 12, "")),
        ("012A", ("single", 12, "a", 12, "a")),
        ("12 1/2", ("single", 12, "1/2", 12, "1/2")),
        ("12 a–c", ("range", 12, "a", 12, "c")),
        ("12a, b", ("range", 12, "a", 12, "b")),
        ("12-16", ("range", 12, "", 16, "")),
        ("12/14 b", ("range", 12, "", 14, "b")),
        ("2, 4, 6", ("range", 2, "", 6, "")),
        ("12 bis 16", ("range", 12, "", 16, "")),
    ],
)
def test_a_house_number_is_taken_apart(written, number):
    assert split_house_number(written) == number


@pytest.mark.parametrize("written", ["", None, float("nan"), "ohne HNr.", "o. Nr.", "-"])
def test_no_house_number_is_not_an_unreadable_one(written):
    assert split_house_number(written).kind == "none"


@pytest.mark.parametrize("written", ["Ecke Parkstraße", "12 Hinterhaus", "a", "12345"])
def test_an_unreadable_house_number_is_no_number(written):
    assert split_house_number(written).kind == "unreadable"


def test_a_street_named_after_a_day_keeps_its_number():
    assert split_address("Straße des 17. Juni") == ("Straße des 17. Juni", "")
    assert split_address("Straße des 17. Juni 135-137") == ("Straße des 17. Juni", "135-137")


def test_a_postcode_keeps_its_leading_zero_and_nonsense_is_none():
    assert [normalise_postcode(p) for p in ("1067", 1067.0, "01067", "123", "x", None)] == [
        "01067",
        "01067",
        "01067",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("Lange Str.", "12"), ("0101", "exact")),
        (("Lange Str.", "12 A"), ("0102", "exact")),
        (("Lange Str.", "12 b"), (None, "ambiguous")),  # 12 and 12 a lie in two blocks
        (("Lange Str.", "16"), ("0103", "suffix")),  # 16 a and 16 b lie in one
        (("Lange Str.", "16 a-b"), ("0103", "range")),
        (("Lange Str.", "12-14"), (None, "ambiguous")),
        (("Lange Str.", "99"), (None, "number_unknown")),
        (("Lange Str.", ""), (None, "number_missing")),
        (("Lange Str.", "Hof"), (None, "number_unreadable")),
        (("", "1"), (None, "incomplete")),
        (("Nirgendsweg", "1"), (None, "street_unknown")),
        (("Parkstr.", "3", "86150"), ("0201", "postcode")),  # exists under 86152 only
        (("Parkstr.", "1", "86159"), (None, "ambiguous")),  # exists under two postcodes
        (("Parkstr.", "3", ""), ("0201", "postcode")),
        (("Gutschmidstr.", "5", "86152"), ("0202", "spelling")),
        (("Gutschmidstr.", "7", "86152"), (None, "street_unknown")),
        (("Myierstr.", "1", "86152"), (None, "ambiguous")),  # Maier and Meier are as close
        (("Doppelgasse", "1", "86152"), (None, "ambiguous")),  # the register contradicts itself
    ],
)
def test_an_address_has_one_area_or_a_reason(asked, found):
    assert place(*asked) == found


def test_the_order_of_the_register_does_not_matter():
    frame = pd.DataFrame(HOUSES, columns=COLUMNS)
    asked = frame.drop(columns="block").assign(street=frame["street"].str.replace("ß", "ss"))
    options = {"suffix": "suffix", "postcode": "postcode"}
    first = match_addresses(asked, make_register(frame, area="block", **options), **options)
    turned = make_register(frame.iloc[::-1], area="block", **options)
    second = match_addresses(asked, turned, **options)
    pd.testing.assert_series_equal(first.area, second.area)
    pd.testing.assert_series_equal(first.reason, second.reason)


def test_spelling_is_never_silent():
    asked = pd.DataFrame(
        {"street": ["Gutschmidstr."] * 2, "house_number": ["5", "5"], "postcode": "86152"}
    )
    found = match_addresses(asked, register(), postcode="postcode")
    assert found.spelling[["written", "register", "n"]].to_numpy().tolist() == [
        ["gutschmidstrasse", "gutschmidtstrasse", 2]
    ]
    assert [p.code for p in found.problems()] == ["addresses.placed"]
    strict = match_addresses(asked, register(), postcode="postcode", threshold=1.0)
    assert strict.area.isna().all()


def test_the_repr_of_a_match_shows_no_address():
    asked = pd.DataFrame(
        {"street": ["Gutschmidstr."], "house_number": ["5"], "postcode": ["86152"]}
    )
    found = match_addresses(asked, register(), postcode="postcode")
    assert "utschm" not in repr(found) + repr(register())


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="Spalte „hausnr“ fehlt"):
        match_addresses(pd.DataFrame({"street": ["a"]}), register(), house_number="hausnr")
    with pytest.raises(DataError, match="Keine Zeile des Adressregisters"):
        make_register(pd.DataFrame({"street": [""], "house_number": [""], "b": [""]}), area="b")
    with pytest.raises(ValueError, match=r"'threshold' parameter of match_addresses"):
        match_addresses(pd.DataFrame(), register(), threshold=0)


def test_a_geocode_far_from_its_municipality_is_flagged():
    outline = gpd.GeoDataFrame(
        {"geometry": [box(0, 0, 1000, 1000)]}, index=["09761000"], crs="EPSG:25832"
    )
    points = gpd.GeoDataFrame(
        {"geometry": [Point(500, 500), Point(1100, 500), Point(3000, 500), Point(0, 0)]},
        index=["a", "b", "c", "d"],
        crs="EPSG:25832",
    )
    municipality = pd.Series(["09761000"] * 3 + ["09999000"], points.index)
    metres = distance_to_municipality(points, municipality, outline)
    assert metres[:3].tolist() == [0.0, 100.0, 2000.0] and pd.isna(metres["d"])
    far, unknown = far_geocodes(points, municipality, outline)
    assert far.code == "addresses.far_geocode" and far.message.endswith("gehören soll: c.")
    assert unknown.message.endswith("nicht gibt: d.")
    with pytest.raises(DataError, match="Koordinatensystem"):
        far_geocodes(points.set_crs(None, allow_override=True), municipality, outline)


@pytest.fixture(scope="module")
def berlin():
    path = shared("data/berlin_facilities")
    houses = pd.read_csv(path / "adressen.csv.gz", dtype=str, keep_default_na=False)
    return make_register(
        houses,
        area="PLR_ID",
        street="str_name",
        house_number="hnr",
        suffix="hnr_zusatz",
        postcode="plz",
    )


@pytest.mark.parametrize(
    ("file", "suffix", "least"),
    [("kindertagesstaetten", "e_zusatz", 0.99), ("jugendfreizeiteinrichtungen", "e_zus", 0.95)],
)
def test_berlin_facilities_are_placed_by_address_and_never_counted_twice(
    berlin, file, suffix, least
):
    sites = gpd.read_file(shared(f"data/berlin_facilities/{file}.geojson"))
    found = match_addresses(
        sites,
        berlin,
        street="e_strasse",
        house_number="e_hnr",
        suffix=suffix,
        postcode="e_plz",
    )
    assert found.rate >= least
    counts = found.counts()
    assert list(counts.index) == list(REASONS) and counts.sum() == len(sites)
    assert found.area.notna().sum() == counts[:5].sum() <= len(sites)
    told = found.problems()
    assert {p.code for p in told} <= {"addresses.placed", "addresses.not_placed"}
    assert len(told) == (counts[1:] > 0).sum()


def test_berlin_kitas_lie_in_the_bezirk_that_their_own_record_names(berlin):
    sites = gpd.read_file(shared("data/berlin_facilities/kindertagesstaetten.geojson"))
    found = match_addresses(
        sites,
        berlin,
        street="e_strasse",
        house_number="e_hnr",
        suffix="e_zusatz",
        postcode="e_plz",
    )
    placed = found.area.notna()
    # a Planungsraum key begins with its Bezirk; the kita register states the Bezirk on its own
    agree = found.area[placed].str[:2] == sites.loc[placed, "e_bez_nr"]
    assert agree.mean() > 0.998


@pytest.mark.parametrize(
    ("file", "suffix", "unplaced"),
    [
        (
            "kindertagesstaetten",
            "e_zusatz",
            {"street_unknown": 2, "number_unknown": 1},  # Lüderitzstr. 3 and 5 were renamed
        ),
        (
            "jugendfreizeiteinrichtungen",
            "e_zus",
            {"ambiguous": 1, "street_unknown": 7, "number_unknown": 5, "number_unreadable": 1},
        ),
    ],
)
def test_no_bezirk_of_berlin_has_more_facilities_by_address_than_stand_in_it(
    berlin, file, suffix, unplaced
):
    sites = gpd.read_file(shared(f"data/berlin_facilities/{file}.geojson"))
    found = match_addresses(
        sites, berlin, street="e_strasse", house_number="e_hnr", suffix=suffix, postcode="e_plz"
    )
    counts = found.counts()
    missing = counts[list(UNMATCHED)]
    assert missing[missing > 0].to_dict() == unplaced
    # the truth that is here: the point of each facility in the Planungsräume of before 2021
    plr = gpd.read_file(shared("data/berlin_lor/berlin_plr.shp")).set_index("SCHLUESSEL")
    stands_in = area_of_points(sites, plr.to_crs(sites.crs))["key"].str[:2]
    placed = found.area.notna()
    assert (found.area[placed].str[:2] == stands_in[placed]).all()
    by_address = found.area[placed].str[:2].value_counts()
    assert (by_address <= stands_in.value_counts().reindex(by_address.index)).all()


def test_schools_of_north_rhine_westphalia_far_from_their_municipality_are_flagged():
    columns = ["schulnummer", "gemeindeschluessel", "latitude", "longitude"]
    file = shared("data/nrw_schools/schulen_official_utm.csv")
    schools = pd.read_csv(file, dtype=str, usecols=columns).set_index("schulnummer")
    # the file lost the leading zero of the AGS; the outlines have the ARS of twelve digits
    municipality = schools["gemeindeschluessel"].map(lambda key: restore_key(key, 8))
    outlines = gpd.read_file(shared("data/vg250_gemeinden/VG250_GEM.shp"))
    outlines.index = outlines["ARS"].str[:5] + outlines["ARS"].str[9:]
    degrees = schools[["longitude", "latitude"]].astype(float).to_numpy()
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*degrees.T), index=schools.index, crs="EPSG:4326"
    )
    metres = distance_to_municipality(points, municipality, outlines)
    assert len(metres) == 4142 and metres.notna().all()
    # Swisttal, Grundschule am Zehnthof, is placed 54 km off; Mechernich-Satzvey 3.3 km
    far = (metres[metres > 500] / 1000).round(1)
    assert far.to_dict() == {"115990": 53.8, "193835": 3.3}
    assert (metres > 0).sum() == 9  # seven lie within 500 m of a border drawn for 1:250,000
    (told,) = far_geocodes(points, municipality, outlines)
    assert told.code == "addresses.far_geocode" and "115990, 193835" in told.message
