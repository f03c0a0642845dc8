"""Pseudonyms across years: only with a key from outside, and the key's end is recorded.

A pseudonym under a kept key is still personal data. It is needed only to follow children over
years; counts never need one.
"""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.sources.registrations.names import normalise_name


class PseudonymKey:
    """A secret key that can be destroyed and is never shown.

    Parameters
    ----------
    secret : at least 32 random bytes, held outside the project; a `bytearray` is overwritten in
        place when the key is destroyed
    purpose : what the pseudonyms are for; one key per purpose

    Examples
    --------
    >>> key = PseudonymKey(bytearray(32), purpose="Verlauf 2023-2025")
    >>> key.destroy()
    {'used': True, 'purpose': 'Verlauf 2023-2025', 'destroyed': True}
    """

    __slots__ = ("__secret", "purpose")

    def __init__(self, secret: bytes | bytearray, *, purpose: str) -> None:
        if len(secret) < 32 or not purpose.strip():
            message = "A PseudonymKey needs at least 32 bytes and a 'purpose'."
            raise ValueError(message)
        self.__secret = secret if isinstance(secret, bytearray) else bytearray(secret)
        self.purpose = purpose

    def __repr__(self) -> str:
        """Return the purpose and no byte of the key."""
        return f"PseudonymKey(purpose={self.purpose!r}, destroyed={self.destroyed})"

    def __reduce_ex__(self, protocol: object) -> str:
        message = "A PseudonymKey cannot be pickled or copied."
        raise TypeError(message)

    @property
    def destroyed(self) -> bool:
        """Whether the key is gone."""
        return len(self.__secret) == 0

    def digest(self, text: str) -> str:
        """Return HMAC-SHA-256 of a text, as hexadecimal digits.

        Raises
        ------
        ValueError
            If the key was destroyed.
        """
        if self.destroyed:
            message = "This PseudonymKey was destroyed."
            raise ValueError(message)
        return hmac.new(bytes(self.__secret), text.encode(), hashlib.sha256).hexdigest()

    def destroy(self) -> dict[str, object]:
        """Overwrite the key and return the record of it for the manifest."""
        for k in range(len(self.__secret)):
            self.__secret[k] = 0
        self.__secret.clear()
        return {"used": True, "purpose": self.purpose, "destroyed": True}


def make_pseudonyms(
    child: pd.Series,
    given_name: pd.Series,
    surname: pd.Series,
    birth_date: pd.Series,
    *,
    key: PseudonymKey,
) -> pd.Series:
    """Return one pseudonym per child: HMAC of its most frequent name and birthday.

    Parameters
    ----------
    child : (n_records,) number of the child, of `find_children`
    given_name, surname, birth_date : as of `find_children`
    key : not destroyed

    Returns
    -------
    (n_children,) hexadecimal text, index = number of the child. It stays in memory; no writer
    accepts it.
    """
    child, given_name, surname, birth_date = aligned(
        "make_pseudonyms", child=child, given_name=given_name, surname=surname,
        birth_date=birth_date,
    )  # fmt: skip
    written = (
        given_name.map(normalise_name) + "\x1f" + surname.map(normalise_name)
        + "\x1f" + birth_date.astype(str)
    )  # fmt: skip
    typical = most_frequent(child, written)
    return typical.map(key.digest).rename("pseudonym")


def most_frequent(group: pd.Series, value: pd.Series) -> pd.Series:
    """Return the most frequent value of each group; of equally frequent ones the smallest.

    A group without any value (None, NaN) has None.

    Parameters
    ----------
    group, value : (n_records,), rows of one list: laid together by the key of the row, as areas are
    """
    group, value = aligned("most_frequent", group=group, value=value)
    frame = pd.DataFrame({"group": group.to_numpy(), "value": value.to_numpy()})
    counted = frame.dropna().value_counts(sort=False).rename("n").reset_index()
    counted = counted.sort_values(["group", "n", "value"], ascending=[True, False, True])
    first = counted.drop_duplicates("group").set_index("group")["value"].astype(object)
    found = first.reindex(pd.unique(frame["group"]))
    return found.where(found.notna(), None)
