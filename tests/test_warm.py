"""``warm`` compiles what builds use, once; nothing is written but the cache of Numba."""

import json

from test_cli import run


def test_the_second_call_finds_nothing_left_to_do(tmp_path):
    first = run("warm", "--json", cwd=tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "numba"))
    assert first.returncode == 0, first.stderr
    kernels = json.loads(first.stdout)["kernels"]
    rooms = {name.rpartition(".")[0] for name in kernels}
    assert rooms >= {f"kernels.{r}" for r in ("draws", "moran", "random", "small_area")}
    assert "kernels.spatial.zonal" in rooms
    second = run("warm", cwd=tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "numba"))
    assert second.stdout.strip() == "Alles war schon übersetzt."
    assert sorted(p.name for p in tmp_path.iterdir()) == ["numba"]
