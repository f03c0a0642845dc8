"""The data of a page for very many areas: one town copied side by side, without computing it anew."""

from copy import deepcopy

_PER_AREA = ("keys", "names", "letters", "spots", "shapes")


def blown_up(data, n):
    """Return the data of a page with `n` areas: copies of its town in a square grid.

    Only the first copy has letters, and no copy has offers or outlines.
    """
    old, times = len(data["keys"]), -(-n // len(data["keys"]))
    across = int(times**0.5) + 1
    wide = (max(s[1] for s in data["spots"]) - min(s[1] for s in data["spots"])) * 1.5
    tall = (max(s[0] for s in data["spots"]) - min(s[0] for s in data["spots"])) * 1.5
    found = deepcopy(data) | {"outlines": [], "points": []}
    for name in _PER_AREA:
        found[name] = []
    for copy in range(times):
        east, north = (copy % across) * wide, (copy // across) * tall
        found["keys"] += [f"{k}_{copy}" if copy else k for k in data["keys"]]
        found["names"] += data["names"]
        found["letters"] += data["letters"] if copy == 0 else [""] * old
        found["spots"] += [
            [round(lat + north, 5), round(lon + east, 5), free] for lat, lon, free in data["spots"]
        ]
        found["shapes"] += [_moved(shape, east, north) for shape in data["shapes"]]
    for name in _PER_AREA:
        del found[name][n:]

    def many(values):
        return (values * times)[:n]

    for view in found["views"]:
        view["codes"] = [many(codes) for codes in view["codes"]]
        if view["stripes"]:
            view["stripes"]["areas"] = many(view["stripes"]["areas"])
    for edition in found["editions"]:
        for name in ("index", "rank"):
            edition[name] = many(edition[name])
        for name in ("values", "signs", "parts", "spread"):
            if name in edition:
                edition[name] = [many(row) for row in edition[name]]
    for fact in found["facts"]:
        fact["values"], fact["order"] = many(fact["values"]), many(fact["order"])
    for extra in found["extras"]:
        extra["lines"] = many(extra["lines"])
    for name in ("words", "said"):
        found[name] = many(found[name])
    for name, parts in (
        ("interval", ("low", "high")),
        ("people", ("values",)),
        ("reach", ("values", "bases", "low", "high")),
    ):
        for part in parts:
            if found[name] and part in found[name]:
                found[name][part] = many(found[name][part])
    return found


def _moved(shape, east, north):
    x, y = round(east * 1e5), round(north * 1e5)
    return [[[ring[0] + x, ring[1] + y, *ring[2:]] for ring in part] for part in shape]
