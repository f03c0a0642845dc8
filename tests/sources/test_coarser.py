"""Months as a year: flows are added up, stocks are the last day or the mean, nothing is guessed."""

import numpy as np
import pandas as pd
import pytest
from small_months import KEYS, arrivals, month_ends, write_months

import sozialraum as sr
from sozialraum.config import read_build
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.sources.delivery import read_delivery

FLOW = '[[counts]]\nname = "zugaenge"\nmeasure = "flow"\n'
STOCK = '[[counts]]\nname = "bestand"\nmeasure = "stock"\n'
MEAN = STOCK + 'year = "mean"\n'


def stocks(months):
    return np.random.default_rng(3).integers(150, 250, (months, len(KEYS)))


def yearly(folder, months=24, *, to="year", counts=FLOW + STOCK, skip=(), last=None):
    """Write months in files of which the build makes longer spans."""
    file = write_months(
        folder, arrivals(months), watch="", counts=counts, stock=stocks(months), skip=skip
    )
    for n, day in enumerate(month_ends(months)):
        path = folder / "daten" / f"m{n}.csv"
        if n not in skip:
            path.rename(folder / "daten" / f"monat_{day[:7].replace('-', '_')}.csv")
    head, _, rest = file.read_text(encoding="utf-8").partition("[[tables]]")
    rest = "[[indicators]]" + rest.partition("[[indicators]]")[2]
    table = (
        f'[[tables]]\nfiles = ["monat_*.csv"]\nareas = "st"\nkey = "nr"\nto = "{to}"\n'
        'stichtag = { name = "monat_{yyyy}_{mm}" }\n'
    )
    if last:
        head = head.replace(f"stichtag = {month_ends(months)[-1]}", f'stichtag = "{last}"')
    file.write_text(head + table + rest, encoding="utf-8")
    return file


def tables(file):
    plan = read_build(file)
    delivery = read_delivery(plan, plan.root)
    return delivery, {day: sets["st"] for day, sets in delivery.tables.items()}


def by_key(values):
    return dict(zip(KEYS, np.asarray(values, float).tolist(), strict=True))


def test_a_flow_is_the_sum_of_twelve_months_and_a_stock_that_of_december(tmp_path):
    _, found = tables(yearly(tmp_path))
    assert sorted(found) == ["2022-12-31", "2023-12-31"]
    cases, stock = arrivals(24), stocks(24)
    for place, day in enumerate(sorted(found)):
        months = slice(12 * place, 12 * place + 12)
        assert found[day]["zugaenge"].to_dict() == by_key(cases[months].sum(axis=0))
        assert found[day]["bestand"].to_dict() == by_key(stock[months][-1])


def test_a_stock_as_the_mean_of_its_months_in_whole_persons(tmp_path):
    _, found = tables(yearly(tmp_path, counts=FLOW + MEAN))
    mean = np.floor(stocks(24)[:12].mean(axis=0) + 0.5)
    assert found["2022-12-31"]["bestand"].to_dict() == by_key(mean)


def test_eleven_delivered_months_give_no_sum_and_say_so(tmp_path):
    delivery, found = tables(yearly(tmp_path, skip=(5,)))
    assert found["2022-12-31"]["zugaenge"].isna().all()
    assert found["2022-12-31"]["bestand"].notna().all()  # December was delivered
    assert found["2023-12-31"]["zugaenge"].notna().all()
    (told,) = [p for p in delivery.problems if p.code == "sources.spans_lack"]
    assert told.found == "2022 (11/12)"
    signs = delivery.status["2022-12-31"]["st"]["zugaenge"]
    assert set(signs.astype(str)) == {"missing"}


def test_one_missing_cell_leaves_its_area_without_a_sum(tmp_path):
    file = yearly(tmp_path)
    path = tmp_path / "daten" / "monat_2022_03.csv"
    table = pd.read_csv(path, sep=";", dtype=object)
    table.loc[4, "zugaenge"] = "."
    table.to_csv(path, sep=";", index=False)
    delivery, found = tables(file)
    gone = found["2022-12-31"]["zugaenge"].isna()
    assert gone.index[gone].tolist() == ["04"]
    assert str(delivery.status["2022-12-31"]["st"].at["04", "zugaenge"]) == "suppressed"


@pytest.mark.parametrize(
    ("to", "last", "days", "spans"),
    [
        ("quarter", "2022-Q4", 4, {"2022-03-31": "2022-Q1", "2022-12-31": "2022-Q4"}),
        ("half", "2022-H2", 2, {"2022-06-30": "2022-H1", "2022-12-31": "2022-H2"}),
    ],
)
def test_other_spans_have_their_sums_and_names(tmp_path, to, last, days, spans):
    delivery, found = tables(yearly(tmp_path, 12, to=to, last=last))
    assert len(found) == days
    assert spans.items() <= delivery.spans.items()
    step = 12 // days
    cases = arrivals(12)
    for place, day in enumerate(sorted(found)):
        months = slice(step * place, step * (place + 1))
        assert found[day]["zugaenge"].to_dict() == by_key(cases[months].sum(axis=0))


def test_a_school_year_goes_from_august_to_july(tmp_path):
    _, found = tables(yearly(tmp_path, 24, to="school_year", last="2022/23"))
    assert found["2023-07-31"]["zugaenge"].to_dict() == by_key(arrivals(24)[7:19].sum(axis=0))
    assert found["2022-07-31"]["zugaenge"].isna().all()


def test_shares_of_a_year_come_from_its_counts_never_from_a_mean_of_shares(tmp_path):
    release = sr.build(yearly(tmp_path)).release
    cases = arrivals(24)[12:].sum()
    assert release.current.city["zu"] == pytest.approx(cases / (500 * len(KEYS)), rel=0.01)


def test_cases_of_which_nobody_says_whether_they_add_up_are_refused(tmp_path):
    with pytest.raises(DataError) as error:
        sr.build(yearly(tmp_path, counts=STOCK))
    wrong = [(p.code, p.column) for p in error.value.problems if p.severity == "error"]
    assert wrong == [("sources.unmeasured", "zugaenge")]
    sr.build(yearly(tmp_path / "gut", counts=STOCK + FLOW))


def test_days_are_no_months(tmp_path):
    file = write_months(tmp_path, arrivals(2), watch="")
    text = file.read_text(encoding="utf-8").replace(
        'key = "nr"\nstichtag', 'key = "nr"\nto = "year"\nstichtag'
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises((DataError, ConfigError)) as error:
        sr.build(file)
    assert "sources.no_shorter_span" in [p.code for p in error.value.problems]
