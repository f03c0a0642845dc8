"""Is the change between two results more than noise?"""

import pandas as pd
import pytest
from test_recipes_in_builds import KEYS, write_case

import sozialraum
from sozialraum.cli.printing.comparisons import print_comparison
from sozialraum.workflows.compare.comparing import compare
from sozialraum.workflows.show.saved import open_result


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return two results: one area has far more cases in the second, one a single case more."""
    folder = tmp_path_factory.mktemp("vergleich")
    case = write_case(folder, "augsburg_style", {"uncertainty": {"draws": 300, "seed": 1}})
    first = sozialraum.build(case.file)
    first.save(folder / "alt")
    table = (folder / "zahlen.csv").read_text("utf-8")
    sure = first.release.layers["certainty"]["class_probability"] >= 0.99
    worst = first.table.loc[sure & (first.table["class"] == 5)].index[0]
    counts = pd.read_csv(folder / "zahlen.csv", dtype={"schluessel": str}).set_index("schluessel")
    shares = {"armut": 0.58, "krisen": 0.58, "migration": 0.58, "kita": 0.06}
    for name, share in shares.items():
        counts.loc[worst, f"{name}_faelle"] = (share * counts.loc[worst, f"{name}_alle"]).round()
    counts.to_csv(folder / "zahlen.csv")
    text = case.file.read_text("utf-8")
    case.file.write_text(
        text.replace("[areas.felder]", 'reference = "alt"\n[areas.felder]', 1), encoding="utf-8"
    )
    sozialraum.build(case.file).save(folder / "neu")
    (folder / "zahlen.csv").write_text(table, encoding="utf-8")
    return folder, worst


def test_a_large_change_is_more_than_chance(results, capsys):
    folder, worst = results
    compared = compare(open_result(folder / "alt"), open_result(folder / "neu"))
    assert worst in compared.surely_changed.index
    p, q = (s.table.at[worst, "certainty_class_probability"] for s in (compared.old, compared.new))
    assert compared.table.at[worst, "certainty"] == pytest.approx(p * q + (1 - p) * (1 - q))
    unchanged = [k for k in KEYS if k not in compared.changed.index]
    assert compared.table.loc[unchanged, "certainty"].isna().all()
    print_comparison(compared, as_json=False)
    shown = capsys.readouterr().out
    assert "mehr als Zufall?" in shown and "ja" in shown
    assert f"Von {len(compared.changed)} Wechseln sind {len(compared.surely_changed)} mehr" in shown


def test_without_a_simulation_nothing_is_said_about_chance(results, tmp_path, capsys):
    folder, _ = results
    case = write_case(tmp_path, "augsburg_style")
    sozialraum.build(case.file).save(tmp_path / "ohne")
    compared = compare(open_result(tmp_path / "ohne"), open_result(folder / "neu"))
    assert compared.table["certainty"].isna().all() and compared.surely_changed.empty
    print_comparison(compared, as_json=False)
    assert "Zufall" not in capsys.readouterr().out
