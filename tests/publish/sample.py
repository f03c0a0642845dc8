"""Releases for the tests of this room, made from a seed by the real disclosure gate."""

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model import STATUS, Breaks, Edition, Facts, Indicator, Release, Scale, status_frame
from sozialraum.model.deciding import ranks
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.release import sealed_release
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.build.words.protection_words import release_notes

LABELS = ("sehr gering", "gering", "mittel", "hoch", "sehr hoch")

HOSTILE = (
    "<img src=x onerror=\"document.title='geentert'\">",
    "{{7*7}} {% raw %} {% endraw %}",
    "${7*7} `${document.title='x'}`",
    "</script><script>document.title='geentert'</script>",
    '=HYPERLINK("http://example.org")',
    "Nord\u202eost\u2066 <!-- & 'x' \u2028",
)
DISTRICTS = (
    "Altstadt",
    "Südvorstadt",
    "Weststadt",
    "Nordend",
    "Lindenau",
    "Schloßviertel",
    "Am Wehr",
)
INDICATORS = (
    ("armut", "Kinder unter 15 Jahren in SGB-II-Bedarfsgemeinschaften", "burden", 0.18),
    ("allein", "Haushalte Alleinerziehender an allen Haushalten mit Kindern", "burden", 0.22),
    ("kita", "Kinder mit mindestens drei Jahren Kita-Besuch", "resource", 0.72),
    ("hze", "Junge Menschen mit Hilfe zur Erziehung", "burden", 0.06),
    ("wohngeld", "Haushalte mit Wohngeld", "burden", 0.09),
    ("foerder", "Kinder mit Sprachförderbedarf bei der Einschulung", "burden", 0.25),
    ("umzug", "Umzüge je Einwohner", "burden", 0.11),
    ("gesund", "Kinder mit vollständiger Früherkennung", "resource", 0.85),
    ("enge", "Kinder in beengten Wohnungen", "burden", 0.3),
    ("verein", "Kinder im Sportverein", "resource", 0.4),
)


def sample_areas(n: int, seed: int = 7) -> gpd.GeoDataFrame:
    """A round town of `n` Voronoi cells that fit exactly, in EPSG:25832."""
    rng = np.random.default_rng(seed)
    radius = 500 * np.sqrt(n)
    points = []
    while len(points) < n:
        x, y = rng.uniform(-radius, radius, 2)
        if x * x + y * y < radius**2:
            points.append((691000 + x, 5334000 + y))
    town = shapely.Point(691000, 5334000).buffer(radius * 1.03, quad_segs=48)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=town, ordered=True)
    )
    shapes = shapely.set_precision(shapely.intersection(cells, town), 0.01)
    keys = [f"0976{i + 1:04d}" for i in range(n)]
    names = [f"{DISTRICTS[i % 7]} {i // 7 + 1}" for i in range(n)]
    return gpd.GeoDataFrame(
        {"name": names}, geometry=list(shapes), index=pd.Index(keys, name="key"), crs=25832
    )


def _year(areas, indicators, rng, drift):
    n, m = len(areas), len(indicators)
    centre = areas.geometry.centroid
    far = np.hypot(centre.x - 691000, centre.y - 5334000).to_numpy()
    burden = 1 - far / far.max() + drift
    mean = np.array([i[3] for i in INDICATORS[:m]])
    sign = np.array([1 if i.direction == "burden" else -1 for i in indicators])
    share = np.clip(
        mean * (1 + 0.9 * sign * (burden[:, None] - 0.4)) + rng.normal(0, 0.03, (n, m)), 0.01, 0.97
    )
    base = rng.integers(120, 700, (n, m)).astype(float)
    counts = rng.binomial(base.astype(int), share).astype(float)
    return counts, base


def sample_layers(areas, table, rng) -> dict[str, pd.DataFrame]:
    """Layers as the other rooms hand them over."""
    n = len(areas)
    rank = table["index"].rank(ascending=False, method="min").fillna(n)
    rate = np.clip(
        0.35 - 0.3 * (table["index"].fillna(0.5) - 0.5) + rng.normal(0, 0.08, n), 0.03, 0.9
    )
    certainty = {
        "rank_low": np.maximum(rank - 3, 1),
        "rank_high": np.minimum(rank + 3, n),
        "class_probability": rng.uniform(0.4, 1, n),
    }
    change = rng.normal(0, 0.05, n)
    frames = {
        "certainty": certainty,
        "participation": {"rate": rate, "rate_low": rate - 0.03, "rate_high": rate + 0.03},
        "transitions": {"rate": 1 - rate},
        "change": {"change": change, "sure": np.abs(change) > 0.04},
        "measures": {"label": ["Familienzentrum ausbauen" if i % 6 == 0 else "" for i in range(n)]},
        "districts": {"district": ["Westhälfte" if i % 2 else "Osthälfte" for i in range(n)]},
    }
    tables = {name: pd.DataFrame(columns, index=areas.index) for name, columns in frames.items()}
    # the gate wants a change made of the published editions; any function will do here
    return {**tables, "change": lambda editions: tables["change"]}


@cache
def sample_release(
    n=26, m=4, years=1, *, hostile=False, level="public", orientation="deprivation", layers=False
) -> Release:
    rng = np.random.default_rng(11)
    areas = sample_areas(n)
    if hostile:
        areas.iloc[: len(HOSTILE), areas.columns.get_loc("name")] = list(HOSTILE)
    indicators = tuple(
        Indicator(
            id=i,
            label=HOSTILE[nr % 6] if hostile else label,
            direction=d,
            numerator=f"{i}_z",
            denominator=f"{i}_n",
        )
        for nr, (i, label, d, _) in enumerate(INDICATORS[:m])
    )
    ids = [i.id for i in indicators]
    sign = pd.Series(
        [
            1 if (i.direction == "burden") == (orientation == "deprivation") else -1
            for i in indicators
        ],
        ids,
    )
    low, high = (
        pd.Series([max(0.0, round(i[3] * 0.4, 2)) for i in INDICATORS[:m]], ids),
        pd.Series([min(1.0, round(i[3] * 1.8, 2)) for i in INDICATORS[:m]], ids),
    )
    scale = Scale(
        "minmax",
        tuple(ids),
        tuple(sign),
        {i: {"low": low[i], "high": high[i]} for i in ids},
        orientation,
        {"published": True},
    )

    def contribute(values):
        part = (values - low) / (high - low)
        return part.where(sign > 0, 1 - part) / len(ids)

    counts, limits = [], None
    rules = DisclosureRules()
    for nr in range(years):
        cases, base = _year(areas, indicators, rng, nr * 0.03)
        base[-1], cases[-1] = 0.0, 0.0  # nobody lives there
        cases[5] = np.round(cases[5] / base[5] * 8)
        base[5] = 8.0  # so few that nothing is told
        cases[9] = np.round(cases[9] / base[9] * 20)
        base[9] = 20.0  # small base, marked
        cases[7, m - 1] = np.nan
        day = f"{2024 - years + 1 + nr}-12-31"
        frames = (pd.DataFrame(array, areas.index, ids) for array in (cases, base))
        counts.append(CaseCounts(day, *frames))
    places = {"sprengel": pd.Series(areas.index, areas.index)}
    protected = protect(counts, places, publish=["sprengel"], rules=rules).protected
    editions = []
    for day, found in protected.on("sprengel").items():
        frames = {
            n: getattr(found, n).reindex(areas.index) for n in ("middle", "low", "high", "base")
        }
        value = (frames["middle"] / frames["base"].where(frames["base"] > 0)).round(6)
        parts = contribute(value)
        index = parts.sum(axis=1, min_count=m).round(2)
        limits = limits or tuple(
            float(x) for x in np.round(np.linspace(index.min(), index.max(), 6)[1:-1], 3)
        )
        numbers = pd.Series(
            np.searchsorted(limits, index.fillna(0), side="right") + 1, areas.index
        ).where(index.notna())
        labels = dict(enumerate(LABELS, 1))
        table = pd.DataFrame({"index": index, "class": numbers.astype("Int64")})
        table["class_label"] = numbers.map(labels).astype(object).where(index.notna(), None)
        table["rank"] = ranks(index, ascending=orientation == "participation").astype("Int64")
        signs = found.status.reindex(areas.index)
        why = signs.astype(object).apply(lambda row: row[row != "ok"].min(), axis=1)
        status = why.where(index.isna(), "ok")
        table["status"] = status.astype(pd.CategoricalDtype(list(STATUS)))
        withheld = areas.index[3], ids[0]  # by the deliverer; the index does without it
        value.loc[withheld], parts.loc[withheld] = np.nan, np.nan
        signs = status_frame(signs.astype(object))
        signs.loc[withheld] = "suppressed"
        for one in frames.values():
            one.loc[withheld] = np.nan
        parts["rest"] = index - parts.sum(axis=1)
        lowest, highest = frames["low"], frames["high"]
        editions.append(
            Edition(
                stichtag=day, table=table, values=value, signs=signs,
                contributions=parts.mask(index.isna(), axis=0),
                city=(found.total / found.total_base).round(6), low=lowest, high=highest,
                half_width=(highest - lowest) / 2 / frames["base"].where(frames["base"] > 0),
                persons=frames["base"].round(-1).where(value.notna()),
                few=frames["base"].lt(30) & value.notna(),
            )
        )  # fmt: skip
    schools = gpd.GeoDataFrame(
        {
            "name": [HOSTILE[0] if hostile else f"Grundschule {i + 1}" for i in range(9)],
            "kind": ["Grundschule"] * 9,
        },
        geometry=list(areas.geometry.representative_point().iloc[:9]),
        crs=areas.crs,
    )
    half = shapely.box(*areas.total_bounds[[0, 1]], 691000, areas.total_bounds[3])
    town = shapely.coverage_union_all(areas.geometry.to_numpy())
    quarters = gpd.GeoDataFrame(
        {"name": ["Westhälfte", "Osthälfte"]}, geometry=[town & half, town - half], crs=areas.crs
    )
    return sealed_release(
        editions,
        notes=release_notes(
            editions,
            protected=protected,
            indicators=indicators,
            rules=rules,
            level=level,
            area_word="Grundschulsprengel",
        ),
        facts=Facts(
            title=HOSTILE[3] if hostile else "Sozialraumindex 2024",
            place="Musterstadt",
            area_word="Grundschulsprengel",
            stichtag="2024-12-31",
            orientation=orientation,
            direction="Ein hoher Wert bedeutet hohe Belastung: Klasse 5 = sehr hohe, Klasse 1 = sehr geringe Belastung.",
            method=f"Mittel aus {m} Anteilen, jeder zwischen 0 und 1 gestellt und gleich gewichtet; fünf gleich breite Klassen.",
            recipe="test",
            evidence="test",
            sources=(
                "Stadt Musterstadt, Amt für Statistik, Stand 31.12.2024, dl-de/by-2-0",
                "Geometrie: Stadt Musterstadt, dl-de/by-2-0",
            ),
            limits=(
                "Der Index beschreibt Gebiete, keine Menschen und keine Schulen.",
                "Ob eine Schule gute Arbeit leistet, kann nicht allein anhand des Index beurteilt werden.",
            ),
            department="Bildungsbüro",
        ),
        areas=areas,
        indicators=indicators,
        scales={"index": scale},
        breaks={
            "index": Breaks(
                "equal",
                limits,
                False,
                LABELS,
                (1, 2, 3, 4, 5),
            )
        },
        rules=rules,
        level=level,
        points={"Schulen": schools},
        outlines={"Stadtteile": quarters},
        layers=sample_layers(areas, table, rng) if layers else None,
        details={"seed": 11} | ({"city_rates": {"participation": 0.3}} if layers else {}),
    )
