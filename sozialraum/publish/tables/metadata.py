"""``metadaten.json``: what the files are, in the words of DCAT-AP.de, for open-data portals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.manifest import sha256
from sozialraum.publish.wording import direction_words
from sozialraum.texts import text

LICENCES = "http://dcat-ap.de/def/licenses/"
_ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA = {
    ".csv": "text/csv",
    ".gpkg": "application/geopackage+sqlite3",
    ".html": "text/html",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_GEOCODING = "http://dcat-ap.de/def/politicalGeocoding"
_KIND_OF_KEY = {5: "districtKey", 8: "municipalityKey"}
_SOCIETY = "http://publications.europa.eu/resource/authority/data-theme/SOCI"


def write_metadata(
    release: Release, path: str | Path, *, licence: str = "", ags: Sequence[str] = ()
) -> None:
    """Write the description of a build for a DCAT-AP.de catalogue (JSON-LD).

    Parameters
    ----------
    release : described
    path : ``…/metadaten.json``; the files beside it become the distributions
    licence : name of the licence in the vocabulary of dcat-ap.de ("dl-by-de/2.0"); without one
        none is claimed: only the town can grant it
    ags : keys of municipalities (8 digits) and districts (5), for the political coverage
    """
    path = Path(path)
    files = sorted(p for p in path.parent.iterdir() if p.suffix in _MEDIA and p != path)
    body = dataset(release, files, licence=licence, ags=ags)
    path.write_bytes((json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))


def dataset(
    release: Release, files: Sequence[Path], *, licence: str = "", ags: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the dataset with one distribution per file."""
    facts = release.facts
    about = f"{direction_words(release)} {facts.method}"
    office = facts.department
    publisher = office if facts.place in office else ", ".join(filter(None, (facts.place, office)))
    access = "PUBLIC" if release.level == "public" else "NON_PUBLIC"
    body: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "dcat:Dataset",
        "dct:title": {"@language": "de", "@value": visible(facts.title)},
        "dct:description": {"@language": "de", "@value": visible(about)},
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": visible(publisher)},
        "dct:accessRights": {"@id": _ACCESS + access},
        "dcat:theme": {"@id": _SOCIETY},
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/DEU"},
        "dcat:keyword": [text("publish.metadata.keyword"), visible(facts.area_word)],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(release.editions[0].stichtag),
            "dcat:endDate": _day(release.current.stichtag),
        },
        "dct:spatial": {"@type": "dct:Location", "locn:geometry": _outline(release)},
        "dct:provenance": [visible(source) for source in facts.sources],
        "dcat:distribution": [_distribution(file, licence) for file in files],
    }
    if ags:
        places = [{"@id": f"{_GEOCODING}/{_KIND_OF_KEY[len(key)]}/{key}"} for key in ags]
        body["dcatde:politicalGeocodingURI"] = places[0] if len(places) == 1 else places
    return body


def _day(stichtag: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": stichtag}


def _outline(release: Release) -> dict[str, str]:
    left, bottom, right, top = (round(float(v), 5) for v in release.areas.to_crs(4326).total_bounds)
    ring = f"(({left} {bottom},{right} {bottom},{right} {top},{left} {top},{left} {bottom}))"
    return {"@type": "http://www.opengis.net/ont/geosparql#wktLiteral", "@value": f"POLYGON{ring}"}


def _distribution(file: Path, licence: str) -> dict[str, Any]:
    found = {
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        # relative to this file: a portal puts its own address before it
        "dcat:accessURL": {"@id": file.name},
        "dcat:downloadURL": {"@id": file.name},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + _MEDIA[file.suffix]},
        "dcat:byteSize": file.stat().st_size,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": _SHA256},
            "spdx:checksumValue": sha256(file),
        },
    }
    return found | {"dct:license": {"@id": LICENCES + licence}} if licence else found
