"""The public functions of the stage rooms, collected in one place."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable

ROOMS = ("index", "space", "insight", "planning", "privacy", "sources.registrations")
# annotations of arguments whose rows have keys
INDEXED = re.compile(
    r"\b(Series|DataFrame|GeoDataFrame|GeoSeries|Crosswalk|Neighbours|OutcomeCounts|Count|EligibleChildren"
    r"|Participants|Bookings|Access)\b"
)


def public_functions() -> dict[str, Callable]:
    """Return every public function of the stage rooms by "room.name"; the only collection."""
    found = {}
    for room in ROOMS:
        package = importlib.import_module(f"sozialraum.{room}")
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            module = importlib.import_module(info.name)
            for name, function in vars(module).items():
                own = inspect.isfunction(function) and function.__module__ == info.name
                if own and not name.startswith("_"):
                    found[f"{room}.{name}"] = function
    return found


def with_keys() -> dict[str, Callable]:
    """Return the public functions that take at least one argument whose rows have keys."""
    return {name: f for name, f in public_functions().items() if keyed_parameters(f)}


def keyed_parameters(function: Callable) -> list[str]:
    """Return the parameters of a function whose annotation says that their rows have keys."""
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if INDEXED.search(str(p.annotation))]
