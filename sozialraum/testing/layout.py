"""The plan of Musterstadt: its quarters, what is built in them, and the words on the signs.

Everything here is invented. Musterstadt lies on the (invented) river Müra; its municipality key
09999000 is not given to any German municipality.
"""

from __future__ import annotations

from typing import NamedTuple

CRS = "EPSG:25833"
CENTRE = (320_500.0, 5_416_000.0)  # metres, EPSG:25833: a lowland without a city of this size
RIVER = "Müra"


class Kind(NamedTuple):
    """How a kind of quarter is built: block spacing in metres, inhabitants per hectare."""

    spacing: float
    aspect: float
    disorder: float
    density: float
    families: float  # families with children per inhabitant
    per_address: float  # inhabitants per house number
    old: float  # share of 65 and older among adults without children at home


KINDS = {
    "altstadt": Kind(88, 1.1, 0.30, 105, 0.070, 6.0, 0.24),
    "gruenderzeit": Kind(105, 1.5, 0.08, 150, 0.088, 9.0, 0.18),
    "zeilenbau": Kind(135, 1.4, 0.16, 92, 0.104, 7.5, 0.29),
    "grosssiedlung": Kind(160, 1.2, 0.14, 140, 0.122, 16.0, 0.24),
    "einfamilien": Kind(128, 1.6, 0.18, 36, 0.112, 2.7, 0.37),
    "dorf": Kind(140, 1.1, 0.32, 25, 0.112, 2.9, 0.33),
    "gewerbe": Kind(270, 1.3, 0.16, 0, 0.0, 1.0, 0.0),
    "park": Kind(230, 1.0, 0.30, 0, 0.0, 1.0, 0.0),
    "wald": Kind(620, 1.0, 0.34, 0, 0.0, 1.0, 0.0),
    "feld": Kind(600, 1.2, 0.30, 0, 0.0, 1.0, 0.0),
    "wasser": Kind(140, 1.0, 0.0, 0, 0.0, 1.0, 0.0),
}

LAND_USE = {
    "altstadt": "Mischgebiet",
    "gruenderzeit": "Wohnen, geschlossene Bebauung",
    "zeilenbau": "Wohnen, Zeilenbau",
    "grosssiedlung": "Wohnen, Großsiedlung",
    "einfamilien": "Wohnen, Einfamilienhäuser",
    "dorf": "Dorfgebiet",
    "gewerbe": "Gewerbe und Industrie",
    "park": "Grünfläche",
    "wald": "Wald",
    "feld": "Landwirtschaft",
    "wasser": "Gewässer",
}


class Quarter(NamedTuple):
    """One quarter: centre and radius in kilometres from the market square, kind, burden."""

    name: str
    x: float
    y: float
    radius: float
    kind: str
    angle: float
    burden: float  # latent burden, about -1.5 (well off) to 2 (burdened)
    trend: float  # yearly change of the latent burden


# Named quarters are the seeds of the Stadtteile, in this order; the forest is always the last.
QUARTERS = (
    Quarter("Altstadt", 0.10, 0.00, 0.80, "altstadt", 12, 0.15, 0.00),
    Quarter("Bahnhofsviertel", 1.15, -0.75, 0.80, "gruenderzeit", 34, 0.95, 0.10),
    Quarter("Neustadt", 0.45, 1.30, 0.85, "gruenderzeit", -8, 0.30, 0.00),
    Quarter("Klostervorstadt", -1.75, -0.45, 0.85, "gruenderzeit", 21, -0.20, -0.05),
    Quarter("Gärtnervorstadt", 1.95, 0.55, 0.80, "gruenderzeit", 15, 0.10, -0.05),
    Quarter("Südvorstadt", 0.75, -2.05, 0.85, "zeilenbau", 5, 0.35, 0.05),
    Quarter("Mühlwiesen", -2.10, 1.15, 0.85, "zeilenbau", 40, 0.70, 0.00),
    Quarter("Brückenfeld", -1.25, 3.00, 0.90, "zeilenbau", -20, 0.95, 0.05),
    Quarter("Hüttenviertel", 1.75, 2.60, 0.90, "zeilenbau", 28, 1.60, -0.10),
    Quarter("Sandäcker", 1.00, 4.55, 0.95, "grosssiedlung", 9, 2.00, 0.05),
    Quarter("Königshain", 2.55, -2.75, 0.90, "grosssiedlung", -14, 1.45, -0.20),
    Quarter("Grünleiten", 3.40, -0.95, 1.05, "einfamilien", 18, -0.70, 0.00),
    Quarter("Lindenhöhe", -3.40, -1.75, 1.20, "einfamilien", -25, -1.30, 0.00),
    Quarter("Oberföhrau", -2.60, -4.20, 0.95, "dorf", 3, -0.80, 0.00),
    Quarter("Unterföhrau", 0.60, -4.60, 1.05, "einfamilien", 24, -0.45, 0.05),
    Quarter("Weißenbach", 5.00, -2.60, 0.95, "dorf", -32, -0.60, 0.00),
    Quarter("Großäckern", 4.70, 2.30, 1.00, "dorf", 11, -0.25, 0.10),
    Quarter("Schäferberg", -3.90, 0.40, 1.10, "einfamilien", 31, -1.05, 0.00),
    Quarter("", 0.55, 3.15, 0.60, "gewerbe", 9, 0.8, 0.0),
    Quarter("", 3.30, 1.75, 0.95, "gewerbe", 15, 0.6, 0.0),
    Quarter("", 2.10, -4.35, 0.85, "gewerbe", -14, 0.6, 0.0),
    Quarter("", -0.70, -1.35, 0.45, "park", 12, 0.0, 0.0),
    Quarter("", 2.75, -0.05, 0.35, "park", 30, 0.0, 0.0),
    Quarter("Müraforst", -5.10, 3.10, 1.70, "wald", 0, 0.0, 0.0),
)

EXTRA_PREFIXES = ("Alt", "Neu", "Ober", "Unter", "Vorder", "Hinter", "Groß", "Klein")
EXTRA_STEMS = ("möhring", "bühl", "höfen", "weiler", "äcker", "brünn", "grün", "städten")

# The school whose Sprengel holds the middle of that quarter; others take the second list.
SCHOOLS_AT = {
    "Altstadt": "Grundschule am Marktplatz",
    "Bahnhofsviertel": "Bahnhofschule",
    "Neustadt": "Grundschule Neustadt",
    "Klostervorstadt": "Klosterschule",
    "Gärtnervorstadt": "Gärtnerschule",
    "Südvorstadt": "Grundschule an der Südmauer",
    "Mühlwiesen": "Mühlbachschule",
    "Brückenfeld": "Grundschule Brückenfeld",
    "Hüttenviertel": "Hüttenschule",
    "Sandäcker": "Grundschule Sandäcker",
    "Königshain": "Grundschule Königshain",
    "Grünleiten": "Grundschule Grünleiten",
    "Lindenhöhe": "Lindenschule",
    "Oberföhrau": "Grundschule Oberföhrau",
    "Unterföhrau": "Grundschule Unterföhrau",
    "Weißenbach": "Weißenbachschule",
    "Großäckern": "Grundschule Großäckern",
    "Schäferberg": "Schäferbergschule",
}
OTHER_SCHOOLS = (
    "Käthe-Ährenfeld-Schule",
    "Fröbelschule",
    "Grundschule am Mürabogen",
    "Sonnenschule",
    "Jörg-Übelacker-Schule",
    "Grundschule Kreuzäcker",
    "Regenbogenschule",
    "Grundschule am Rosengarten",
    "Grundschule am Wasserturm",
    "Astrid-Möller-Schule",
    "Grundschule Schöne Aussicht",
    "Bürgermeister-Groß-Schule",
)

OFFER_KINDS = (
    # kind, German word, number of sites per 100,000 inhabitants, places from, places to
    ("ferienangebot", "Ferienprogramm", 15, 30, 60),
    ("jugendzentrum", "Jugendzentrum", 7, 30, 90),
    ("familienzentrum", "Familienzentrum", 6, 20, 50),
)
