"""Downloads of a WFS or an OGC API that were cut off: the file itself says that there is more."""

from __future__ import annotations

from collections.abc import Mapping

from sozialraum.model import Problem
from sozialraum.texts import problem

# so many features a service gives at most without being asked for more
_USUAL_LIMITS = {10, 50, 100, 500, 1000, 2000, 5000, 10_000}


def cut_off(content: Mapping[str, object], file: str) -> Problem | None:
    """Return why a FeatureCollection is only a part of what the service holds, or None.

    Parameters
    ----------
    content : the parsed GeoJSON, or what the first element of a GML says, ``there`` features among
        it: ``numberMatched``, ``totalFeatures``, ``links`` with
        ``rel = "next"`` (OGC API Features, WFS 2) or ``exceededTransferLimit`` (ArcGIS) tell it

    Examples
    --------
    >>> cut_off({"features": [{}], "numberMatched": 1873}, "a.geojson").code
    'sources.cut_off'
    >>> cut_off({"features": [{}], "numberMatched": 1, "links": []}, "a.geojson")
    """
    there = _length(content)
    stated = [_whole(content.get(name)) for name in ("numberMatched", "totalFeatures")]
    most = max((n for n in stated if n is not None), default=0)
    if most > there:
        return problem("sources.cut_off", file=file, n=there, of=most)
    properties = content.get("properties")
    inner = properties if isinstance(properties, Mapping) else {}
    exceeded = content.get("exceededTransferLimit") is True or (
        inner.get("exceededTransferLimit") is True
    )
    if exceeded or _has_next(content.get("links")):
        return problem("sources.cut_off_unknown", file=file, n=there)
    return None


def perhaps_cut_off(content: Mapping[str, object], file: str) -> list[Problem]:
    """Return the question whether a download is whole that has exactly as many features as a limit.

    Only downloads that do not say how many there are can be asked about: a layer from elsewhere may
    well have 50 areas.

    Examples
    --------
    >>> unsaid = {"features": [{}] * 50, "numberMatched": "unknown", "numberReturned": 50}
    >>> [p.severity for p in perhaps_cut_off(unsaid, "a.geojson")]
    ['warning']
    """
    there = _length(content)
    served = "numberReturned" in content or "timeStamp" in content
    unknown = _whole(content.get("numberMatched")) is None
    if there in _USUAL_LIMITS and served and unknown:
        return [problem("sources.perhaps_cut_off", "warning", file=file, n=there)]
    return []


def _length(content: Mapping[str, object]) -> int:
    features = content.get("features", ())
    said = _whole(content.get("there"))
    if said is not None:
        return said
    return len(features) if isinstance(features, list) else 0


def _whole(number: object) -> int | None:
    if isinstance(number, str) and number.isdigit():
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _has_next(links: object) -> bool:
    found = links if isinstance(links, list) else []
    return any(isinstance(link, Mapping) and link.get("rel") == "next" for link in found)
