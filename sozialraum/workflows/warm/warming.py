"""Builds of an invented city whose results are thrown away: what they compile stays."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import ClassVar

import numpy as np

from sozialraum.model import Problem
from sozialraum.model.problem import Plain
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress

# What a probe has on top; each is a build of its own, for they do not go together.
_ENDINGS = (
    "[clusters]\n[typology]\nk = 3\n",
    '[smoothing]\nborrow = ["years", "indicators", "neighbours"]\n',
)
# More areas than are drawn without compiling.
_CITY = {"blocks": 700, "districts": 10, "bezirke": 75, "catchments": 12, "inhabitants": 90_000}
# A side of so many cells is more than is summed without compiling.
_CELLS = 600


@dataclass(frozen=True)
class WarmOutcome(Outcome):
    """What was compiled.

    Parameters
    ----------
    kernels : names of the kernels that had not been compiled on this machine before
    problems : none; the builds of the invented city tell nobody anything
    """

    kernels: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    _file: ClassVar[str] = "warm.json"

    def summary(self) -> dict[str, Plain]:
        """Return plain values."""
        return {"kernels": list(self.kernels)}


@own_errors
def warm(*, progress: Progress = no_progress) -> WarmOutcome:
    """Compile the kernels that builds use and keep them in the cache of Numba.

    Parameters
    ----------
    progress : told the name of each step as it begins
    """
    from sozialraum.testing import synthetic_city, write_city
    from sozialraum.workflows.build import build

    probe = resources.files("sozialraum.workflows.warm").joinpath("probe.toml").read_text("utf-8")
    with tempfile.TemporaryDirectory() as place, _compiled() as kernels:
        write_city(synthetic_city(**_CITY), Path(place))
        for number, ending in enumerate(_ENDINGS):
            file = Path(place) / f"probe_{number}.toml"
            file.write_text(probe + ending, encoding="utf-8")
            build(file, progress=progress)
        _sum_cells(Path(place))
    return WarmOutcome(tuple(sorted(set(kernels))))


def _sum_cells(folder: Path) -> None:
    """Sum a raster larger than any that is summed without compiling."""
    import geopandas as gpd

    from sozialraum.model.raster import Raster
    from sozialraum.space.grids.zonal import zone_sums

    areas = gpd.read_file(folder / "bezirke.gpkg")
    left, bottom, right, top = areas.total_bounds
    size = ((right - left) / _CELLS, (top - bottom) / _CELLS)
    zone_sums(areas, Raster(np.ones((_CELLS, _CELLS)), left, top, *size, areas.crs.to_string()))


@contextmanager
def _compiled() -> Iterator[list[str]]:
    """Collect the names of kernels while they are compiled; a kernel from the cache is none."""
    from numba.core import event

    class Listener(event.Listener):
        def on_start(self, found: event.Event) -> None:
            function = found.data["dispatcher"].py_func
            if function.__module__.startswith("sozialraum."):
                names.append(
                    f"{function.__module__.removeprefix('sozialraum.')}.{function.__name__}"
                )

        def on_end(self, found: event.Event) -> None:
            """Nothing to tell."""

    names: list[str] = []
    listener = Listener()
    event.register("numba:compile", listener)
    try:
        yield names
    finally:
        event.unregister("numba:compile", listener)
