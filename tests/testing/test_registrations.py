"""Synthetic registrations: the slips are there, as often as stated, and the truth is known."""

import pandas as pd
import pytest

from sozialraum.testing import Slips, address_register, synthetic_registrations

NOTHING_WRONG = Slips(
    **dict.fromkeys(
        [
            "given_name",
            "surname",
            "spelt_out",
            "second_name",
            "half_surname",
            "capitals",
            "swapped",
            "birth_date",
            "address",
        ],
        0.0,
    )
)


@pytest.fixture(scope="module")
def registered(city):
    return synthetic_registrations(city, 10_000, seed=11)


def test_the_same_seed_gives_the_same_registrations(city, registered):
    again = synthetic_registrations(city, 10_000, seed=11)
    pd.testing.assert_frame_equal(registered[0], again[0])
    pd.testing.assert_frame_equal(registered[1], again[1])
    other, _ = synthetic_registrations(city, 10_000, seed=12)
    assert not other.equals(registered[0])


def test_without_slips_a_child_is_written_the_same_every_time(city):
    records, truth = synthetic_registrations(city, 10_000, seed=11, slips=NOTHING_WRONG)
    written = ["given_name", "surname", "birth_date"]
    pd.testing.assert_frame_equal(records[written], truth[written])
    assert (records.groupby(truth["child"])["postcode"].nunique() == 1).all()


def test_without_slips_names_and_birthday_tell_almost_all_children_apart(city):
    records, truth = synthetic_registrations(city, 10_000, seed=11, slips=NOTHING_WRONG)
    person = records.drop(columns=["offer", "street", "house_number"]).agg("|".join, axis=1)
    assert person.nunique() >= 0.999 * truth["child"].nunique()


@pytest.mark.parametrize(
    ("column", "share"), [("given_name", 0.05), ("surname", 0.04), ("birth_date", 0.012)]
)
def test_slips_are_as_frequent_as_stated(city, column, share):
    only = dict.fromkeys(NOTHING_WRONG.__dataclass_fields__, 0.0) | {column: share}
    records, truth = synthetic_registrations(city, 10_000, seed=11, slips=Slips(**only))
    differs = (
        records[["given_name", "surname", "birth_date"]]
        != truth[["given_name", "surname", "birth_date"]]
    )
    assert differs[column].mean() == pytest.approx(share, abs=0.007)
    assert not differs.drop(columns=column).any(axis=None)


def test_twins_share_birthday_surname_and_home_and_differ_in_their_initial(city):
    records, truth = synthetic_registrations(city, 10_000, seed=11, slips=NOTHING_WRONG)
    first = records.groupby(truth["child"]).first()
    twins = truth[truth["twin"] != ""].drop_duplicates("child")
    both = twins[twins["twin"].isin(first.index)]
    assert len(both) >= 20
    mine, other = first.loc[both["child"]], first.loc[both["twin"]]
    for column in ("birth_date", "surname", "postcode"):
        assert (mine[column].to_numpy() == other[column].to_numpy()).all()
    assert (mine["given_name"].str[0].to_numpy() != other["given_name"].str[0].to_numpy()).all()


def test_some_names_are_not_in_latin_letters(registered):
    records, _ = registered
    assert records["surname"].str.contains("[А-Яа-я]").mean() > 0.005
    assert records["surname"].str.contains("[Α-Ωα-ω]").mean() > 0.003
    assert records["surname"].str.contains("[şıçğŞÇ]").mean() > 0.01


def test_records_are_text_and_offers_and_blocks_are_known(city, registered):
    records, truth = registered
    assert all(isinstance(v, str) for v in records.to_numpy().ravel())
    assert (records != "").all(axis=None)
    holiday = city.offers.index[city.offers["art"] == "ferienangebot"]
    assert set(records["offer"]) <= set(holiday)
    assert set(truth["block"]) <= set(city.blocks.index)
    # the city reckons a year as 365.25 days: a few birthdays fall on the other side
    assert (~truth["age"].between(6, 14)).mean() < 0.001


def test_the_register_has_every_house_once_with_its_block(city):
    register = address_register(city)
    assert len(register) == len(city.addresses)
    assert not register.duplicated(["street", "house_number", "suffix"]).any()
    assert set(register["block"]) == set(city.addresses["block"])
    assert register["postcode"].str.startswith("00").all()


def test_most_addresses_are_found_by_plain_comparison_but_not_all(city, registered):
    records, truth = registered
    register = address_register(city)
    at = register["street"] + " " + register["house_number"] + register["suffix"]
    block = dict(zip(at, register["block"], strict=True))
    found = (records["street"] + " " + records["house_number"].str.replace(" ", "")).map(block)
    right = found == truth["block"]
    assert 0.90 < right.mean() < 0.99
    wrong = found.notna() & ~right
    assert 0.004 < wrong.mean() < 0.02  # the wrong addresses, 1 %


def test_no_registrations_are_refused(city):
    with pytest.raises(ValueError, match="'n' parameter of synthetic_registrations"):
        synthetic_registrations(city, 0)
