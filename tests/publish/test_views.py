"""What is painted: classes as released, indicator classes with limits that hold in every year."""

import numpy as np
import pandas as pd
from publish.sample import sample_release

from sozialraum.publish.map_layers import make_views, value_view
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.published_numbers import Figure

PERCENT = Figure(100, 0, "percent")


def test_the_index_is_painted_with_the_released_classes_and_nothing_else():
    release = sample_release()
    code = make_views(release)[0].codes[0]
    expected = [
        {"no_base": "u", "small_base": "k"}.get(s, "m") if pd.isna(n) else str(int(n) - 1)
        for n, s in zip(
            release.current.table["class"], release.current.table["status"], strict=True
        )
    ]
    assert list(code) == expected


def test_each_reason_for_no_value_has_its_own_mark():
    release = sample_release()
    views = {v.id: v.codes[0] for v in make_views(release)}
    keys = list(release.areas.index)
    assert views["armut"][keys.index("09760004")] == "s"  # by the deliverer
    assert views["armut"][keys.index("09760006")] == "k"  # eight children
    assert views["hze"][keys.index("09760008")] == "m"  # not delivered
    assert views["armut"][keys.index("09760026")] == "u"  # nobody lives there


def test_indicator_classes_hold_about_equally_many_areas_and_the_limits_are_exact():
    values = pd.Series([0.10, 0.11, 0.12, 0.20, 0.21, 0.22, 0.30, 0.31, 0.32, 0.40])
    ok = pd.Series(["ok"] * 10)
    view = value_view([values], [ok], id="x", group="indicators", label="x", figure=PERCENT)
    # quintiles of the ten values, linear: 11.8, 20.6, 25.2 (between 22 and 30), 31.2 -> rounded to whole per cent
    assert view.limits == (0.12, 0.21, 0.25, 0.31)
    assert view.codes == ("0011223344"[:2] + "1" + "1" + "22" + "3" + "444",)


def test_class_limits_are_the_same_in_every_year():
    low, high = pd.Series([0.1, 0.2, 0.3, 0.4]), pd.Series([0.5, 0.6, 0.7, 0.8])
    ok = pd.Series(["ok"] * 4)
    view = value_view(
        [low, high], [ok, ok], id="x", group="indicators", label="x", figure=PERCENT, k=2
    )
    assert view.limits == (0.45,)
    assert view.codes == ("0000", "1111")


def test_one_value_for_all_is_one_class_without_limits():
    same = pd.Series([0.2, 0.2, np.nan])
    view = value_view(
        [same],
        [pd.Series(["ok", "ok", "missing"])],
        id="x",
        group="indicators",
        label="x",
        figure=PERCENT,
    )
    assert view.limits == () and view.codes == ("00m",) and len(view.colours) == 1


def test_the_page_holds_no_value_that_was_withheld():
    release = sample_release()
    data = page_data(release)
    for nr, indicator in enumerate(release.indicators):
        shown = [v is not None for v in data["editions"][0]["values"][nr]]
        assert shown == release.current.values[indicator.id].notna().tolist()
    assert data["editions"][0]["index"][list(release.areas.index).index("09760006")] is None


def test_contributions_on_the_page_add_up_in_whole_units():
    data = page_data(sample_release(years=2))
    for edition in data["editions"]:
        for i, index in enumerate(edition["index"]):
            parts = [row[i] for row in edition["parts"]]
            if index is None:
                assert set(parts) == {None}
            else:
                assert sum(p or 0 for p in parts) == index * 10
