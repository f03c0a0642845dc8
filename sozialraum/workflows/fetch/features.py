"""Features page by page: all of them, each once, as many as the service says there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from sozialraum.model.errors import DataError
from sozialraum.texts import problem
from sozialraum.workflows.fetch.requests import Client, with_query
from sozialraum.workflows.fetch.sections import Download

_MOST_PAGES = 10_000


def fetch_features(download: Download, client: Client) -> tuple[bytes, dict[str, Any]]:
    """Return a GeoJSON with all features of a service, and how many there are.

    Raises
    ------
    DataError
        If the service gives fewer or more than it says, one twice, or no page after the first.
    """
    pages = _wfs(download, client) if download.kind == "wfs" else _collection(download, client)
    features: list[Any] = []
    known: set[str] = set()
    matched: int | None = None
    crs: Any = None
    for page in pages:
        own = _features_of(page, client.file)
        matched = _matched(page) if matched is None else matched
        crs = crs or page.get("crs")
        ids = [_identity(f) for f in own]
        twice = [i for i in ids if i in known]
        if twice or len(set(ids)) < len(ids):
            raise DataError(problem("fetch.same_again", file=client.file, found=len(features)))
        known.update(ids)
        features += own
    if matched is not None and matched != len(features):
        found: dict[str, Any] = {"found": len(features), "matched": matched}
        raise DataError(problem("fetch.counts_differ", file=client.file, **found))
    if not features:
        raise DataError(problem("fetch.nothing", file=client.file))
    whole: dict[str, Any] = {"type": "FeatureCollection"}
    if crs is not None:
        whole["crs"] = crs
    elif download.crs and download.kind == "wfs":
        whole["crs"] = {"type": "name", "properties": {"name": download.crs}}
    whole["features"] = features
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8"), {"features": len(features), "matched": matched}


def _features_of(page: dict[str, Any], file: str) -> list[Any]:
    """Return the features of a page that is as long as it says."""
    own = page.get("features")
    if page.get("type") != "FeatureCollection" or not isinstance(own, list):
        raise DataError(problem("fetch.no_features", file=file, found=str(page.get("type"))[:40]))
    returned = page.get("numberReturned")
    if isinstance(returned, int) and returned != len(own):
        found: dict[str, Any] = {"found": len(own), "matched": returned}
        raise DataError(problem("fetch.page_differs", file=file, **found))
    return own


def _matched(page: dict[str, Any]) -> int | None:
    for name in ("numberMatched", "totalFeatures"):
        if isinstance(page.get(name), int):
            return page[name]
    return None


def _identity(feature: Any) -> str:
    """Return what tells a feature from others: its id, else all of it."""
    own = feature.get("id") if isinstance(feature, dict) else None
    return str(own) if own is not None else json.dumps(feature, sort_keys=True)


def _wfs(download: Download, client: Client) -> Iterator[dict[str, Any]]:
    """Yield the pages of a WFS 2.0, until one is not full or all are there."""
    fixed = {
        "service": "WFS", "version": "2.0.0", "request": "GetFeature",
        "typeNames": download.layer, "outputFormat": "application/json",
    }  # fmt: skip
    if download.crs:
        fixed["srsName"] = download.crs
    there = 0
    for _ in range(_MOST_PAGES):
        part = {"count": download.page, "startIndex": there}
        page = client.json(with_query(download.address, {**fixed, **part}))
        yield page
        got = len(page.get("features") or ())
        there += got
        matched = _matched(page)
        done = there >= matched if matched is not None else got < download.page
        if got == 0 or done:
            return
    raise DataError(problem("fetch.too_many_pages", file=client.file, found=_MOST_PAGES))


def _collection(download: Download, client: Client) -> Iterator[dict[str, Any]]:
    """Yield the pages of an OGC API, along its links to the next one on the same host."""
    first = {"f": "json", "limit": download.page}
    if download.crs:
        code = download.crs.rpartition(":")[2]
        first["crs"] = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    url = with_query(download.address, first)
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        if url in seen:
            raise DataError(problem("fetch.same_again", file=client.file, found=len(seen)))
        seen.add(url)
        page = client.json(url)
        yield page
        link = _next(page)
        if not link:
            return
        following = urljoin(url, link)
        if urlsplit(following).hostname != urlsplit(url).hostname:
            found = urlsplit(following).hostname or following[:60]
            raise DataError(problem("fetch.elsewhere", file=client.file, found=found))
        url = following
    raise DataError(problem("fetch.too_many_pages", file=client.file, found=_MOST_PAGES))


def _next(page: dict[str, Any]) -> str:
    links = page.get("links")
    found = [x for x in links if isinstance(x, dict)] if isinstance(links, list) else []
    return next((str(x["href"]) for x in found if x.get("rel") == "next" and "href" in x), "")
