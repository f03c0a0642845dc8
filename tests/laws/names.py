"""The public functions, from the typed faces, and the functions they are made of."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable

# the rooms whose typed face lists the public names, "" for the package itself
FACES = ("", "index", "insight", "planning", "privacy", "space")
# rooms whose inner functions are held to the same laws: what is public is made of them
ROOMS = ("index", "space", "insight", "planning", "privacy", "sources.registrations")
# annotations of arguments whose rows have keys
INDEXED = re.compile(
    r"\b(Series|DataFrame|GeoDataFrame|GeoSeries|Crosswalk|Neighbours|OutcomeCounts|Count|EligibleChildren"
    r"|Participants|Bookings|Access)\b"
)


def faces() -> dict[str, Callable]:
    """Return every function that a typed face lists, by "room.name"; of the package by name."""
    found = {}
    for room in FACES:
        place = importlib.import_module(f"sozialraum.{room}".rstrip("."))
        for name in place.__all__:
            thing = getattr(place, name)
            if inspect.isfunction(thing):
                found[f"{room}.{name}".lstrip(".")] = thing
    return found


def inner_functions() -> dict[str, Callable]:
    """Return every function of the stage rooms without a leading underscore, by "room.name"."""
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


def public_functions() -> dict[str, Callable]:
    """Return the functions of the faces and those inside, each once."""
    inner = inner_functions()
    known = set(inner.values())
    return inner | {name: f for name, f in faces().items() if f not in known}


def with_keys() -> dict[str, Callable]:
    """Return the public functions that take at least one argument whose rows have keys."""
    return {name: f for name, f in public_functions().items() if keyed_parameters(f)}


def keyed_parameters(function: Callable) -> list[str]:
    """Return the parameters of a function whose annotation says that their rows have keys."""
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if INDEXED.search(str(p.annotation))]
