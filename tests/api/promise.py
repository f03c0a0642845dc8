"""The public names with their signatures, as text: `python tests/api/promise.py > tests/api/0.3.txt`."""

import importlib
import inspect

ROOMS = ("", "index", "insight", "planning", "space")  # privacy follows with its new rules
# left out of the promise until the work on monitoring, need and small areas has settled them
NOT_YET = {
    "index.shrink_rates", "planning.ewma", "planning.funnel",
    "planning.forecast_pupils", "planning.forecast_sentence",
}  # fmt: skip


def names() -> dict[str, object]:
    """Return every public name that is promised, as "room.name", and what it stands for."""
    found = {}
    for room in ROOMS:
        place = importlib.import_module(f"sozialraum.{room}".rstrip("."))
        for name in place.__all__:
            thing = getattr(place, name)
            if callable(thing):
                found[f"{room}.{name}".lstrip(".")] = thing
    return {name: found[name] for name in sorted(set(found) - NOT_YET)}


def signature_lines(thing: object) -> list[str]:
    """Return a line per parameter, keyword-only ones with a star, and what is returned.

    Of a class that pydantic makes, only the name counts: its keys are those of the build file.
    """
    if hasattr(thing, "model_fields"):
        return []
    signature = inspect.signature(thing)
    lines = [line_of(p) for p in signature.parameters.values()]
    given = signature.return_annotation
    if inspect.isclass(thing) or given is inspect.Signature.empty:
        return lines
    return [*lines, f"-> {given}"]


def line_of(parameter: inspect.Parameter) -> str:
    """Return one parameter: star if keyword-only, name, type and default."""
    star = "* " if parameter.kind is parameter.KEYWORD_ONLY else ""
    twice = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    default = " = <function>" if callable(parameter.default) and default else default
    return f"{star}{twice}{parameter.name}: {parameter.annotation}{default}"


def as_text() -> str:
    """Return all names, each with its lines indented below."""
    blocks = [
        [name, *(f"    {line}" for line in signature_lines(t))] for name, t in names().items()
    ]
    return "\n".join(line for block in blocks for line in block) + "\n"


def from_text(text: str) -> dict[str, list[str]]:
    """Return name -> lines of a stored promise."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(" "):
            found[name].append(line.strip())
        else:
            name = line
            found[name] = []
    return found


def broken(promised: list[str], now: list[str]) -> list[str]:
    """Return what a caller who relied on `promised` no longer gets, or would now have to give."""
    lost = [line for line in promised if line not in now]
    asked = [
        line for line in now if line not in promised and not (line[0] == "*" and " = " in line)
    ]
    order = [line for line in now if line in promised and line[0] != "*"]
    moved = [] if order == [p for p in promised if p in now and p[0] != "*"] else ["order"]
    return lost + asked + moved


if __name__ == "__main__":
    print(as_text(), end="")
