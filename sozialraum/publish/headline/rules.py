"""The headline: at most three sentences on where, how many and how sure, worst first.

The rules are pure: a small frame of published figures in, sentences out. Page, papers and the
command line print the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

import numpy as np
import pandas as pd

from sozialraum.publish.headline.words import (
    AreaRef,
    Sentence,
    dative,
    named_in_a_row,
    pile,
    two_digits,
    weighted,
    whole_percent,
)
from sozialraum.texts import text

MOST_NAMED = 5  # names in one sentence; more are counted
LARGEST_SHARE = 0.25  # of the ranked areas: more than that is no focus
SURE = 0.9  # from this share of the calculations on a class is called sure
LEAST_GAP = 10  # persons missing to the rate of the city that are worth a word
_ARTICLES = ("der ", "die ", "das ")


@dataclass(frozen=True, kw_only=True)
class HeadlineFacts:
    """What the sentences need to know of a build.

    Parameters
    ----------
    areas : what several areas are called ("statistische Bezirke")
    people : who is counted ("Kinder unter 15 Jahren"); "" = nobody is
    leading : label of the leading indicator; "" = none
    living : how they live ("in Haushalten mit Grundsicherung"), where the label says it of `people`
    leading_city, reach_city : values of the whole city, 0..1
    reached_by : the offer ("das Ferienprogramm 2024"); "" = none
    since : the Stichtag before; "" = none
    level : of two axes the worst level in words ("sehr niedrig"); "" = one axis
    """

    areas: str
    people: str = ""
    leading: str = ""
    living: str = ""
    leading_city: float = np.nan
    reached_by: str = ""
    reach_city: float = np.nan
    since: str = ""
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """At most three sentences, and the areas they name.

    Parameters
    ----------
    sentences : parts of text and areas
    letters : per area key its letter; areas that are counted only have none
    focus : keys of all areas the sentences speak of, worst first
    """

    sentences: tuple[Sentence, ...] = ()
    letters: dict[str, str] = field(default_factory=dict)
    focus: tuple[str, ...] = ()

    def plain(self) -> tuple[str, ...]:
        """Return the sentences as text."""
        return tuple(
            "".join(part if isinstance(part, str) else part.name for part in sentence)
            for sentence in self.sentences
        )


def headline(table: pd.DataFrame, facts: HeadlineFacts) -> Headline:
    """Return the headline of a result.

    Parameters
    ----------
    table : index = area key; columns ``name``, ``burden_class`` (higher = more burden, NaN = no
        class), ``rank`` (1 = highest burden); any of ``district``, ``people``, ``leading`` (0..1),
        ``reach``, ``reach_high`` (0..1), ``reach_people``, ``rank_low``, ``rank_high``,
        ``p_class`` (0..1), ``burden_change``, ``change_sure``, and of two axes ``level`` (higher =
        worse), ``class_name``, ``higher`` (name of the larger area)
    facts : of the build
    """
    table = table.reindex(columns=[*dict.fromkeys([*table.columns, *_COLUMNS])])
    if not table["burden_class"].notna().any():
        return Headline(sentences=((text("publish.headline.nothing"),),))
    keys = worst_class(table) if facts.level else focus(table)
    if not keys:
        return Headline(sentences=((text("publish.headline.no_focus"),),))
    named = _units(table, keys)
    if facts.level:
        told = [_worst_of_two(table, keys, named, facts), *_level_sentences(table, facts)]
    else:
        third = " ".join(s for s in (_certainty(table, keys, facts), _change(table, facts)) if s)
        told = [_where(table, keys, named, facts), _reach(table, keys, facts), (third,)]
    sentences = tuple(s for s in told if s and s != ("",))
    letters = {key: one.letter for one in named if one.letter for key in one.keys}
    return Headline(sentences=sentences, letters=letters, focus=tuple(keys))


_COLUMNS = (
    "district", "people", "leading", "reach", "reach_high", "reach_people", "rank_low",
    "rank_high", "p_class", "burden_change", "change_sure", "level", "class_name", "higher",
)  # fmt: skip


def focus(table: pd.DataFrame) -> list[str]:
    """Return the areas the sentences speak of: whole classes from the burdened end, worst first.

    A further class is taken while fewer than five areas are named and at most a quarter of all
    ranked areas would be; never a class at or below the median one.
    """
    classes = table["burden_class"].dropna()
    taken: list[str] = []
    for klass in sorted(classes.unique(), reverse=True):
        more = list(classes.index[classes == klass])
        if klass <= classes.median():
            break
        if taken and len(taken) + len(more) > LARGEST_SHARE * len(classes):
            break
        taken += more
        if len(taken) >= MOST_NAMED:
            break
    return _by_rank(table, taken)


def worst_class(table: pd.DataFrame) -> list[str]:
    """Return the areas of the worst class of two axes: worst level first, then the falling ones."""
    classes = table["burden_class"]
    return _by_rank(table, list(classes.index[classes == classes.max()]))


def _by_rank(table: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    return sorted(keys, key=lambda key: (table.at[key, "rank"], table.at[key, "name"]))


def _units(table: pd.DataFrame, keys: Sequence[str]) -> list[AreaRef]:
    """Return what is named, with letters: areas, or districts all of whose ranked areas are meant.

    A district is named only where the areas alone are too many.
    """
    district, ranked = table["district"], table["burden_class"].notna()
    units: list[tuple[str, tuple[str, ...]]] = []
    for key in keys:
        home = district[key]
        whole = tuple(k for k in keys if pd.notna(home) and district[k] == home)
        together = len(whole) >= 2 and len(whole) == int((ranked & (district == home)).sum())
        if len(keys) > MOST_NAMED and together:
            units.append((str(home), whole))
        else:
            units.append((str(table.at[key, "name"]), (key,)))
    units = list(dict.fromkeys(units))
    told = MOST_NAMED if len(units) <= MOST_NAMED else MOST_NAMED - 2
    return [
        AreaRef(keys, name, ascii_uppercase[i] if i < told else "")
        for i, (name, keys) in enumerate(units)
    ]


def _names(units: Sequence[AreaRef], facts: HeadlineFacts) -> list[str | AreaRef]:
    shown: list[Sentence] = []
    for one in (one for one in units if one.letter):
        whole = text("publish.headline.whole", n=len(one.keys), areas=_short(facts))
        shown.append((one, whole) if len(one.keys) > 1 else (one,))
    rest = sum(len(one.keys) for one in units if not one.letter)
    return named_in_a_row([*shown, (text("publish.headline.more", n=rest),)] if rest else shown)


def _short(facts: HeadlineFacts) -> str:
    """Return the noun alone: "Bezirke" of "statistische Bezirke"."""
    return facts.areas.split()[-1]


def _people(table: pd.DataFrame, keys: Sequence[str], facts: HeadlineFacts) -> str:
    here, everywhere = table.loc[keys, "people"].sum(), table["people"].sum()
    if not facts.people or not here > 0:
        return ""
    share = whole_percent(here / everywhere)
    return text("publish.headline.people", n=two_digits(here), people=facts.people, share=share)


def _where(
    table: pd.DataFrame, keys: Sequence[str], units: Sequence[AreaRef], facts: HeadlineFacts
) -> Sentence:
    """Say which areas are meant, and how many people live there."""
    people = _people(table, keys, facts)
    if len(keys) > MOST_NAMED:
        ranked = int(table["burden_class"].notna().sum())
        counted = {"n": len(keys), "of": ranked, "areas": dative(facts.areas)}
        all_told = all(one.letter for one in units)
        word = "many" if all_told else "many_among"
        start = text(f"publish.headline.{word}", **counted)
        told = text("publish.headline.there", people=people) if people else ""
        return start, *_names(units, facts), told or "."
    word = text("publish.headline.worst" if len(keys) > 1 else "publish.headline.worst_one")
    rest = text("publish.headline.there_live", people=people) if people else "."
    return *_names(units, facts), f"{word}{rest}"


def _reach(table: pd.DataFrame, keys: Sequence[str], facts: HeadlineFacts) -> Sentence:
    """Say how they live there and who is not reached; what is not known is left out."""
    rows, told = table.loc[keys], []
    share = weighted(rows["leading"], rows["people"])
    if facts.leading and np.isfinite([share, facts.leading_city]).all():
        shares = {"here": whole_percent(share), "city": whole_percent(facts.leading_city)}
        living = facts.living and facts.people
        word = "living" if living else "leading"
        named = {"living": facts.living, "label": facts.leading}
        told.append(text(f"publish.headline.{word}", **shares, **named))
    rate = weighted(rows["reach"], rows["reach_people"])
    if facts.reached_by and np.isfinite([rate, facts.reach_city]).all():
        told.append(_reached(rows, rate, facts))
    stated = "; ".join(told)
    return (f"{stated[0].upper()}{stated[1:]}.",) if told else ()


def _reached(rows: pd.DataFrame, rate: float, facts: HeadlineFacts) -> str:
    gap = (facts.reach_city - rate) * rows["reach_people"].where(rows["reach"].notna()).sum()
    surely = rows["reach_high"].lt(facts.reach_city).any() and gap >= LEAST_GAP
    article = "_by" if facts.reached_by.startswith(_ARTICLES) else ""
    return text(
        f"publish.headline.reached{article}{'' if surely else '_alike'}",
        offer=facts.reached_by,
        here=whole_percent(rate),
        city=whole_percent(facts.reach_city),
        gap=two_digits(max(gap, 0)),
    )


def _certainty(table: pd.DataFrame, keys: Sequence[str], facts: HeadlineFacts) -> str:
    """Say whether nobody outside the focus reaches into its ranks."""
    if table["rank_high"].isna().all():
        return ""
    last = table.loc[keys, "rank_high"].max()
    others = table[table["burden_class"].notna()].drop(index=keys)
    near = int((others["rank_low"] <= last).sum())
    if near:
        word = "open" if near > 1 else "open_one"
        return text(f"publish.headline.{word}", n=near, areas=_short(facts))
    close = [str(table.at[k, "name"]) for k in keys if table.at[k, "p_class"] < SURE]
    stated = text(f"publish.headline.{'firm' if len(keys) > 1 else 'firm_one'}", n=_word(len(keys)))
    if not close:
        return f"{stated}."
    names = "".join(map(str, named_in_a_row([(name,) for name in close[:MOST_NAMED]])))
    return f"{stated}{text('publish.headline.close', names=names)}."


def _word(n: int) -> str:
    words = text("publish.headline.numbers").split()
    return words[n - 1] if n <= len(words) else str(n)


def _change(table: pd.DataFrame, facts: HeadlineFacts) -> str:
    """Say what changed by more than chance; nothing where the build did not compute it."""
    if not facts.since or table["change_sure"].isna().all():
        return ""
    sure = table["change_sure"].eq(True)
    worse = int((sure & (table["burden_change"] > 0)).sum())
    better = int((sure & (table["burden_change"] < 0)).sum())
    if not worse and not better:
        return text("publish.headline.unchanged", since=facts.since)
    return text("publish.headline.changed", since=facts.since, worse=worse, better=better)


def _worst_of_two(
    table: pd.DataFrame, keys: Sequence[str], units: Sequence[AreaRef], facts: HeadlineFacts
) -> Sentence:
    named = {"level": facts.level, "label": str(table.at[keys[0], "class_name"])}
    word = "two_worst" if len(keys) > 1 else "two_worst_one"
    return *_names(units, facts), text(f"publish.headline.{word}", **named)


def _level_sentences(table: pd.DataFrame, facts: HeadlineFacts) -> Iterable[Sentence]:
    """Say how many areas are of the worst level, where they pile up, and how many have no class."""
    worst = table["level"] == table["level"].max()
    values = {
        "level": f"{facts.level[0].upper()}{facts.level[1:]}",
        "n": int(worst.sum()),
        "of": int(table["burden_class"].notna().sum()),
        "areas": dative(facts.areas),
    }
    people = ""
    if facts.people and table.loc[worst, "people"].sum() > 0:
        here, everywhere = table.loc[worst, "people"].sum(), table["people"].sum()
        who, *rest = facts.people.split()
        counted = {"n": two_digits(here), "people": " ".join([dative(who), *rest])}
        people = text(
            "publish.headline.level_people", **counted, share=whole_percent(here / everywhere)
        )
    where = pile(table.loc[worst, "higher"].dropna())
    there = ""
    if where:
        names = "".join(map(str, named_in_a_row([(name,) for name in where])))
        there = text(
            "publish.headline.pile",
            n=int(table.loc[worst, "higher"].isin(where).sum()),
            names=names,
        )
    yield (f"{text('publish.headline.level', **values)}{people}{there}.",)
    without = int(table["burden_class"].isna().sum())
    if without:
        word = "without" if without > 1 else "without_one"
        yield (text(f"publish.headline.{word}", n=without, areas=facts.areas),)
