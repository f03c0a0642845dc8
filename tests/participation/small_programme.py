"""Seventy registrations of sixty children in five Bezirke, one of them with canaries in it."""

import base64
import hashlib

import pandas as pd

from sozialraum.workflows.participation.run import run_participation

# One child; all its words occur nowhere else. House number 4711 alone could stand in a hash.
GIVEN, SURNAME, BIRTH, STREET, HOUSE = (
    "Xanthippe",
    "Quästenflößer",
    "2015-02-13",
    "Zyklopenweg",
    "4711",
)
CANARIES = (GIVEN, SURNAME, "Quaestenfloesser", BIRTH, "13.02.2015", "20150213", STREET)
CONFIG = """
title = "Probe"
stichtag = 2024-12-31
[records]
file = "anmeldungen.csv"
[records.columns]
given_name = "vorname"
surname = "name"
birth_date = "geboren"
street = "strasse"
house_number = "nr"
offer = "angebot"
[register]
file = "adressen.csv"
[register.columns]
street = "strasse"
house_number = "nr"
[ages]
"6-14" = [6, 14]
[offers]
file = "angebote.csv"
key = "angebot"
name = "name"
[areas.bezirke]
column = "bezirk"
file = "kinder.csv"
key = "bezirk"
children = { "6-14" = "kinder" }
"""


def write_small(folder):
    """Write the files of the programme below a folder; return it."""
    given = ["Anna", "Bela", "Cara", "Deniz", "Emil"]
    rows = [
        (
            given[k % 5],
            f"Familie{chr(97 + k % 26)}{chr(97 + k // 26)}",
            f"201{k % 6 + 1}-0{k % 9 + 1}-1{k % 10}",
            "Lange Str.",
            str(k + 1),
            "A1",
        )
        for k in range(29)
    ]
    rows += [(GIVEN, SURNAME, BIRTH, STREET, HOUSE, "A2"), *rows[:10]]
    # ten more in each of three other Bezirke, so that enough areas and children are there
    rows += [
        (
            given[k % 5],
            f"Sippe{chr(97 + k)}",
            f"201{k % 6 + 1}-1{k % 3}-2{k % 9}",
            "Hof",
            str(k),
            "A1",
        )
        for k in range(26)
    ]
    rows += [
        (given[k % 5], f"Stamm{k}", f"201{k + 1}-03-04", "Hof", str(26 + k), "A1") for k in range(4)
    ]
    columns = ["vorname", "name", "geboren", "strasse", "nr", "angebot"]
    data = folder / "daten"
    data.mkdir()
    pd.DataFrame(rows, columns=columns).to_csv(data / "anmeldungen.csv", sep=";", index=False)
    houses = [("Lange Straße", str(k + 1), "01" if k < 15 else "02") for k in range(29)]
    houses.append((STREET, HOUSE, "02"))
    houses += [("Hof", str(k), f"0{3 + k // 10}") for k in range(30)]
    pd.DataFrame(houses, columns=["strasse", "nr", "bezirk"]).to_csv(
        data / "adressen.csv", sep=";", index=False
    )
    (data / "kinder.csv").write_text(
        "bezirk;kinder\n01;100\n02;80\n03;60\n04;60\n05;60\n", encoding="utf-8"
    )
    (data / "angebote.csv").write_text("angebot;name\nA1;Zirkus\nA2;Zelten\n", encoding="utf-8")
    (folder / "teilnahme.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def run(folder, **options):
    return run_participation(folder / "teilnahme.toml", data=folder / "daten", **options)


def disguises():
    """Return the canaries as bytes: encodings, base64 at all three offsets, hex, plain hashes."""
    said = {w for c in CANARIES for w in (c, c.lower(), c.upper(), c.casefold())}
    said |= {f"{GIVEN} {SURNAME}", f"{SURNAME}, {GIVEN}", f"{GIVEN}{SURNAME}{BIRTH}"}
    said |= {"xanthippe quaestenfloesser", f"{STREET} {HOUSE}", f"zyklopenweg|{HOUSE}"}
    found = set()
    for word in said:
        for encoding in ("utf-8", "cp1252", "utf-16-le", "utf-16-be"):
            raw = word.encode(encoding)
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
            for skip in range(3):
                # without the ends, which depend on the letters around
                found.add(
                    base64.b64encode(b"x" * skip + raw)[4 : 4 + len(raw) * 4 // 3 // 4 * 4 - 4]
                )
            for name in ("md5", "sha1", "sha256"):
                digest = hashlib.new(name, raw)
                found |= {digest.digest(), digest.hexdigest().encode()}
        found.add(ascii(word)[1:-1].encode())  # as repr and JSON write it
    return {raw for raw in found if len(raw) >= 8}


DISGUISES = disguises()


def assert_no_canary(*said):
    """Look for every canary in every disguise in texts and bytes."""
    for piece in said:
        raw = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogatepass")
        hits = [d for d in DISGUISES if d in raw]
        assert not hits, hits


def assert_no_canary_below(*folders, but=()):
    """Look for canaries in the bytes and the names of all files below some folders."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not any(part in but for part in path.parts):
                assert_no_canary(str(path.name), path.read_bytes())
