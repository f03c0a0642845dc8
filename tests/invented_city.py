"""A town that nobody has: a layer and a workbook as a Jugendamt delivers it, true numbers kept."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import openpyxl
from shapely.geometry import box

NAMES = (
    "Altstadt", "Bergviertel", "Dorfanger", "Eichholz", "Fischerau", "Gartenstadt", "Hafen",
    "Im Winkel", "Kirchberg", "Lindenhof", "Mühlbach", "Neustadt", "Oberfeld", "Pfaffengrund",
    "Ried", "Sandtor", "Talwiesen", "Ulmenweg", "Vorderstadt", "Weststadt",
)  # fmt: skip


@dataclass
class Town:
    """Areas by key, and their true counts by column."""

    keys: list[str]
    names: list[str]
    counts: dict[str, list[int]] = field(default_factory=dict)


def town(n: int = 16, seed: int = 3, first: int = 1) -> Town:
    """Return a town of `n` areas with counts that are parts of each other."""
    rng = random.Random(seed)
    made = Town([f"{first + i:03d}" for i in range(n)], list(NAMES[:n]))
    people = [rng.randint(1500, 6000) for _ in range(n)]
    under_15 = [round(p * rng.uniform(0.11, 0.19)) for p in people]
    under_18 = [u + round(p * 0.03) for u, p in zip(under_15, people, strict=True)]
    made.counts = {
        "people": people,
        "under_15": under_15,
        "under_18": under_18,
        "poor": [round(u * rng.uniform(0.05, 0.4)) for u in under_15],
        "help": [round(u * rng.uniform(0.02, 0.09)) for u in under_18],
        "households": [round(p * 0.2) for p in people],
        "single": [round(p * 0.2 * rng.uniform(0.1, 0.35)) for p in people],
    }
    return made


def layer(
    made: Town, path: Path, *, key: str = "SPR_NR", name: str = "SPR_NAME", crs: str = "EPSG:25832"
) -> Path:
    """Write the areas as squares side by side; the suffix tells the format."""
    squares = [
        box(x, y, x + 1000, y + 1000)
        for i in range(len(made.keys))
        for x, y in [(560_000 + 1000 * (i % 4), 5_400_000 + 1000 * (i // 4))]
    ]
    frame = gpd.GeoDataFrame(
        {key: made.keys, name: made.names}, geometry=squares, crs="EPSG:25832"
    ).to_crs(crs)
    frame.to_file(
        path, driver={".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[path.suffix]
    )
    return path


HEADS = (
    ("Sprengel", ""), ("Name", ""), ("Einwohner", "insgesamt"), ("", "unter 15 Jahren"),
    ("", "unter 18 Jahren"), ("SGB II unter 15 Jahren", "Anzahl"), ("", "Anteil in %"),
    ("Hilfen zur Erziehung", "Fälle"), ("Haushalte mit Kindern", "insgesamt"),
    ("", "alleinerziehend"),
)  # fmt: skip


def workbook(
    made: Town, path: Path, *, title: str = "Stand: 31.12.2023", zeros: bool = True
) -> Path:
    """Write the counts as a workbook with title, two head lines, a sum row and remarks."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Hinweise"
    notes.append(["Bitte vertraulich behandeln."])
    sheet = book.create_sheet("Sprengel 2023")
    sheet.append(["Jugendamt, Kinder und Familien in den Sprengeln"])
    sheet.append([title])
    sheet.append([])
    sheet.append([top for top, _ in HEADS])
    sheet.append([below for _, below in HEADS])
    c = made.counts
    for i, key in enumerate(made.keys):
        share = round(100 * c["poor"][i] / c["under_15"][i], 1)
        sheet.append([
            key if zeros else int(key), made.names[i], c["people"][i], c["under_15"][i],
            c["under_18"][i], c["poor"][i], share, c["help"][i], c["households"][i], c["single"][i],
        ])  # fmt: skip
    sums = [sum(c[k]) for k in ("people", "under_15", "under_18", "poor")]
    rest = [sum(c[k]) for k in ("help", "households", "single")]
    sheet.append(["", "Stadt insgesamt", *sums, round(100 * sums[3] / sums[1], 1), *rest])
    sheet.append(["Quelle: Jugendamt"])
    book.save(path)
    return path


def csv_table(made: Town, path: Path, columns: dict[str, str], *, key: str = "Sprengel") -> Path:
    """Write some counts as a CSV with semicolons; `columns` is title -> count."""
    lines = [";".join([key, *columns])]
    for i, own in enumerate(made.keys):
        lines.append(";".join([own, *(str(made.counts[c][i]) for c in columns.values())]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def delivery(folder: Path, **options: object) -> Town:
    """Write workbook and layer of a town into a folder."""
    made = town(**options)
    folder.mkdir(parents=True, exist_ok=True)
    layer(made, folder / "Schulsprengel.geojson")
    workbook(made, folder / "Jugendamt Zahlen.xlsx")
    return made


def json_of(path: Path) -> dict:
    """Return a JSON file."""
    return json.loads(path.read_text("utf-8"))
