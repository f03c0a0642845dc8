"""A result read back has the build that made it, whatever its file says."""

from small_build import write_build, write_town

import sozialraum
from sozialraum import read_build
from sozialraum.workflows.show.saved import open_result

MORE = """
[uncertainty]
draws = 20
variance_draws = 0
[uncertainty.vary]
scaling = ["minmax", { method = "minmax", output = [0.0, 10.0] }, "zscore"]
"""


def test_lists_and_tables_of_a_build_file_come_back_as_they_were(tmp_path):
    town = write_town(tmp_path / "stadt")
    file = write_build(town, ledger="")
    file.write_text(file.read_text("utf-8") + MORE, "utf-8")
    sozialraum.build(file).save(town / "out", files=("csv",))
    assert open_result(town / "out").plan.model_dump() == read_build(file).model_dump()


def test_rows_that_are_kept_come_back_too(tmp_path):
    town = write_town(tmp_path / "stadt")
    file = write_build(town, ledger="")
    text = file.read_text("utf-8")
    rows = ", ".join(f'"Gebiet D{n:02d}"' for n in range(30))
    text = text.replace(
        'name = "name"\n[areas.C]', f'name = "name"\nrows = {{ name = [{rows}] }}\n[areas.C]'
    )
    file.write_text(text, "utf-8")
    sozialraum.build(file).save(town / "out", files=("csv",))
    assert open_result(town / "out").plan.model_dump() == read_build(file).model_dump()
