"""From persons to counts: every variable of the example city for any grouping of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sozialraum.testing.people import People


class Variable(NamedTuple):
    """One counted variable of the data dictionary."""

    name: str
    label: str
    unit: str
    source: str
    delivery: str  # "kleinraum", "sozialdaten" or "ferienprogramm"


_REGISTER = "Einwohnermelderegister, Stichtag 31.12."
_AGENCY = "Statistik der Bundesagentur für Arbeit, Dezember"
_YOUTH = "Jugendamt, Fachverfahren, Kinder mit Leistung im Jahr"
_HEALTH = "Gesundheitsamt, Schuleingangsuntersuchung"

VARIABLES = (
    Variable("einwohner", "Einwohnerinnen und Einwohner", "Personen", _REGISTER, "kleinraum"),
    Variable("personen_18_64", "Personen von 18 bis 64 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("personen_65", "Personen ab 65 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("kinder_u3", "Kinder unter 3 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("kinder_3_5", "Kinder von 3 bis 5 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("kinder_6_9", "Kinder von 6 bis 9 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("kinder_10_14", "Kinder von 10 bis 14 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable(
        "jugend_15_17", "Jugendliche von 15 bis 17 Jahren", "Personen", _REGISTER, "kleinraum"
    ),
    Variable("kinder_u10", "Kinder unter 10 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("kinder_u15", "Kinder unter 15 Jahren", "Personen", _REGISTER, "kleinraum"),
    Variable("kinder_u18", "Minderjährige (unter 18 Jahren)", "Personen", _REGISTER, "kleinraum"),
    Variable(
        "migration_u10",
        "Kinder unter 10 Jahren mit Migrationshintergrund",
        "Personen",
        _REGISTER,
        "kleinraum",
    ),
    Variable(
        "migration_u18",
        "Minderjährige mit Migrationshintergrund",
        "Personen",
        _REGISTER,
        "kleinraum",
    ),
    Variable(
        "haushalte_kinder",
        "Haushalte mit Kindern unter 18 Jahren",
        "Haushalte",
        _REGISTER,
        "kleinraum",
    ),
    Variable(
        "alleinerziehende", "Haushalte Alleinerziehender", "Haushalte", _REGISTER, "kleinraum"
    ),
    Variable(
        "kinderreiche", "Haushalte mit drei und mehr Kindern", "Haushalte", _REGISTER, "kleinraum"
    ),
    Variable(
        "sgb2_u15",
        "Kinder unter 15 Jahren in SGB-II-Bedarfsgemeinschaften",
        "Personen",
        _AGENCY,
        "kleinraum",
    ),
    Variable(
        "krisen_u18",
        "Minderjährige in Familienkrisen (Hilfe zur Erziehung, Trennungsberatung)",
        "Personen",
        _YOUTH,
        "kleinraum",
    ),
    Variable(
        "schulanfaenger",
        "Untersuchte Schulanfängerinnen und Schulanfänger, drei Jahrgänge",
        "Personen",
        _HEALTH,
        "kleinraum",
    ),
    Variable(
        "kita_lang",
        "Schulanfänger mit mindestens drei Jahren Kita-Besuch",
        "Personen",
        _HEALTH,
        "kleinraum",
    ),
    Variable(
        "arbeitslose",
        "Arbeitslose von 18 bis 64 Jahren (SGB II und III)",
        "Personen",
        _AGENCY,
        "sozialdaten",
    ),
    Variable("hze_u18", "Minderjährige mit Hilfe zur Erziehung", "Personen", _YOUTH, "sozialdaten"),
    Variable("inobhutnahmen", "Inobhutnahmen", "Fälle", _YOUTH, "sozialdaten"),
    Variable(
        "untersuchte",
        "Untersuchte Schulanfängerinnen und Schulanfänger, drei Jahrgänge",
        "Personen",
        _HEALTH,
        "sozialdaten",
    ),
    Variable(
        "familiensprache",
        "darunter mit nichtdeutscher Familiensprache",
        "Personen",
        _HEALTH,
        "sozialdaten",
    ),
    Variable(
        "sprachfoerderung", "darunter mit Sprachförderbedarf", "Personen", _HEALTH, "sozialdaten"
    ),
    Variable(
        "krippe_u3",
        "Kinder unter 3 Jahren in Tagesbetreuung",
        "Personen",
        "Jugendamt, Kita-Verwaltung, 1. März",
        "sozialdaten",
    ),
    Variable(
        "wahlberechtigte",
        "Wahlberechtigte ab 18 Jahren",
        "Personen",
        "Wahlamt, letzte Kommunalwahl",
        "sozialdaten",
    ),
    Variable(
        "waehlende",
        "Wählerinnen und Wähler",
        "Personen",
        "Wahlamt, letzte Kommunalwahl",
        "sozialdaten",
    ),
)


def count_people(
    people: People, year: int, group_of_address: NDArray[np.int64], keys: Sequence[str]
) -> pd.DataFrame:
    """Return all `VARIABLES` of one year per group of addresses.

    Parameters
    ----------
    people : all persons
    year : 2023 or 2024; counted on 31 December
    group_of_address : (n_addresses,) row of the group in `keys`
    keys : key per group

    Returns
    -------
    DataFrame of int64, index `keys`; a group without inhabitants counts 0 everywhere.
    """
    counts = {
        **_adult_counts(people, year),
        **_family_counts(people, year),
        **_child_counts(people, year),
    }
    columns = {}
    for variable in VARIABLES:
        if variable.name in counts:
            address = counts[variable.name]
            columns[variable.name] = np.bincount(group_of_address[address], minlength=len(keys))
    table = pd.DataFrame(columns, index=pd.Index(keys, name="key"))
    table["einwohner"] = table["kinder_u18"] + table["personen_18_64"] + table["personen_65"]
    return table[[v.name for v in VARIABLES]].astype("int64")


def _adult_counts(people: People, year: int) -> dict[str, NDArray[np.int64]]:
    adults = people.adults[people.adults[f"here_{year}"]]
    at = adults["address"].to_numpy()
    return {
        "personen_18_64": at[~adults["old"]],
        "personen_65": at[adults["old"]],
        "arbeitslose": at[adults[f"unemployed_{year}"]],
        "wahlberechtigte": at[adults["german"]],
        "waehlende": at[adults[f"voted_{year}"]],
    }


def _family_counts(people: People, year: int) -> dict[str, NDArray[np.int64]]:
    children = people.children
    minor = children[f"here_{year}"] & (children[f"age_{year}"] < 18)
    size = np.bincount(children["family"][minor], minlength=len(people.families))
    at, lone = people.families["address"].to_numpy(), people.families["lone"].to_numpy()
    return {
        "haushalte_kinder": at[size > 0],
        "alleinerziehende": at[(size > 0) & lone],
        "kinderreiche": at[size > 2],
    }


def school_years(children: pd.DataFrame, year: int) -> pd.Series:
    """Return how many years before `year` a child entered school (six by 30 September)."""
    day = (np.datetime64(f"{year}-09-30") - np.datetime64("1970-01-01")).astype(int)
    return np.floor((day - children["birth"] + 0.5) / 365.25).astype(int) - 6


def examined(children: pd.DataFrame, year: int) -> pd.Series:
    """Tell who was examined for school in the year or the two before, and lives here at its end."""
    return children[f"here_{year}"] & school_years(children, year).between(0, 2)


def _child_counts(people: People, year: int) -> dict[str, NDArray[np.int64]]:
    children = people.children[people.children[f"here_{year}"]]
    age = children[f"age_{year}"]
    at = children["address"].to_numpy()
    school = examined(children, year)
    return {
        "kinder_u3": at[age < 3],
        "kinder_3_5": at[(age >= 3) & (age < 6)],
        "kinder_6_9": at[(age >= 6) & (age < 10)],
        "kinder_10_14": at[(age >= 10) & (age < 15)],
        "jugend_15_17": at[(age >= 15) & (age < 18)],
        "kinder_u10": at[age < 10],
        "kinder_u15": at[age < 15],
        "kinder_u18": at[age < 18],
        "migration_u10": at[(age < 10) & children["migration"]],
        "migration_u18": at[(age < 18) & children["migration"]],
        "sgb2_u15": at[(age < 15) & children[f"poor_{year}"]],
        "krisen_u18": at[(age < 18) & children[f"crisis_{year}"]],
        "hze_u18": at[(age < 18) & children[f"hze_{year}"]],
        "inobhutnahmen": at[(age < 18) & children["in_care"]],
        "schulanfaenger": at[school],
        "kita_lang": at[school & ~children["kita_short"]],
        "untersuchte": at[school],
        "familiensprache": at[school & children["language"]],
        "sprachfoerderung": at[school & children["needs_german"]],
        "krippe_u3": at[(age < 3) & children["in_nursery"]],
    }
