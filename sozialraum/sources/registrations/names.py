"""Names as they are compared, and which given names are two spellings of one."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from sozialraum.model.addresses import plain_letters
from sozialraum.sources.registrations.phonetics import koelner_phonetik

Texts = NDArray[np.object_]
_WORDS = re.compile(r"[^\W\d_]+")
# Spellings of one sound: Sophie and Sofie, Lukas and Lucas, Matthias and Mathias, Hannah and Hanna.
_SOUNDS = (("ph", "f"), ("th", "t"), ("ck", "k"), ("kh", "k"), ("gh", "g"), ("sch", "sh"),
           ("ou", "u"), ("oo", "u"), ("ij", "i"), ("y", "i"), ("ie", "i"), ("c", "k"), ("q", "k"),
           ("x", "ks"), ("w", "v"), ("j", "i"))  # fmt: skip


def normalise_name(raw: object) -> str:
    """Return a name in small letters, words separated by one blank; all alphabets stay.

    Examples
    --------
    >>> normalise_name("MÜLLER-Lüdenscheidt"), normalise_name("Ксения"), normalise_name("d'Arc")
    ('mueller luedenscheidt', 'ксения', 'd arc')
    """
    return " ".join(_WORDS.findall(plain_letters(raw)))


def spelling_key(word: str) -> str:
    """Return what two spellings of one name share; other names that sound alike keep their vowels.

    Examples
    --------
    >>> [spelling_key(name) for name in ("sophie", "sofie", "lena", "lina")]
    ['sofi', 'sofi', 'lena', 'lina']
    """
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    word = re.sub(r"(?<=[aeiou])h(?![aeiou])", "", word)
    return re.sub(r"(.)\1+", r"\1", word)


def known_given_names(given: Iterable[str], surnames: Iterable[str], *, least: int = 3) -> set[str]:
    """Return the first given names that occur in at least `least` families of the records.

    A name that several families give is a name and no slip of the pen, unless another name, one
    letter away, is at least 10 times as frequent: among 150 children called Louis a few are written
    "Lousi". Where the other has the same letters, two of them in each other's place, 3 times as
    frequent is enough: hardly two names in use differ like that. No list of names is needed.
    """
    families: dict[str, set[str]] = {}
    for name, family in zip(given, surnames, strict=True):
        families.setdefault(first_word(name), set()).add(family)
    often = {name: len(bearing) for name, bearing in families.items() if len(bearing) >= least}
    return {
        name
        for name, n in often.items()
        if not any(
            m >= (3 if sorted(name) == sorted(other) else 10) * n and OSA.distance(name, other) == 1
            for other, m in often.items()
        )
    }


def first_word(name: str) -> str:
    """Return the first word of a name, "" of nothing."""
    return name.split(" ", 1)[0]


def likeness(left: Texts, right: Texts) -> NDArray[np.float64]:
    """Return the Jaro-Winkler similarity of each pair, 0..1 (prefix weight 0.1)."""
    if left.size == 0:
        return np.empty(0)
    return process.cpdist(
        left.tolist(), right.tolist(), scorer=JaroWinkler.similarity, dtype=np.float64
    )


def given_likeness(left: Texts, right: Texts) -> NDArray[np.float64]:
    """Return how alike given names are: the whole, or the first of several."""
    return np.maximum(
        likeness(left, right), likeness(_each(first_word, left), _each(first_word, right))
    )


def surname_likeness(left: Texts, right: Texts) -> NDArray[np.float64]:
    """Return how alike surnames are; a double name with one half left out is alike (1)."""
    half = np.array([_part(a, b) for a, b in zip(left, right, strict=True)], dtype=bool)
    return np.where(half, 1.0, likeness(left, right)) if left.size else np.empty(0)


def one_letter_apart(left: Texts, right: Texts) -> NDArray[np.bool_]:
    """Tell which pairs differ by at most one letter more, less, other, or swapped."""
    if left.size == 0:
        return np.empty(0, dtype=bool)
    return process.cpdist(left.tolist(), right.tolist(), scorer=OSA.distance) <= 1


def same_given_name(left: Texts, right: Texts, known: set[str]) -> NDArray[np.bool_]:
    """Tell which pairs of given names are spellings of one (for twins: never two names).

    Two names that are both in use are one only if they share the `spelling_key`. Otherwise one of
    them is a slip: one letter (also swapped with its neighbour), one sound (Kölner Phonetik), or a
    Jaro-Winkler similarity of 0.96.
    """
    keys = {name: spelling_key(name) for name in {*map(first_word, left), *map(first_word, right)}}
    codes = {name: koelner_phonetik(name) for name in keys}

    def same(a: str, b: str) -> bool:
        if a.replace(" ", "") == b.replace(" ", ""):
            return True
        a, b = first_word(a), first_word(b)
        if keys[a] == keys[b]:
            return True
        if a in known and b in known:
            return False
        sounds = len(codes[a]) > 1 and codes[a] == codes[b]
        return sounds or OSA.distance(a, b) <= 1 or JaroWinkler.similarity(a, b) >= 0.96

    return np.array([same(a, b) for a, b in zip(left, right, strict=True)], dtype=bool)


def _part(a: str, b: str) -> bool:
    one, other = set(a.split()), set(b.split())
    return bool(one and other) and (one <= other or other <= one)


def _each(change: object, texts: Texts) -> Texts:
    return np.array([change(t) for t in texts], dtype=object)  # type: ignore[operator]
