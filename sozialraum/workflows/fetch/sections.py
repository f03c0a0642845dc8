"""The file of ``fetch``: which addresses, and under which name each answer is kept."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from sozialraum.config.file_models import FileModel, read_file
from sozialraum.config.pydantic_errors import german, path_of
from sozialraum.config.sections import Section
from sozialraum.model.options import FilePath
from sozialraum.model.problem import Problem
from sozialraum.texts import problem, text

_GENESIS = "https://www-genesis.destatis.de/genesisWS/rest/2020"
# key -> the kinds of addresses that look at it
_READ_BY = {
    "layer": ("wfs",), "table": ("genesis",), "years": ("genesis",), "account": ("genesis",),
    "crs": ("wfs", "features"), "page": ("wfs", "features"),
}  # fmt: skip


class Download(Section):
    """``[[downloads]]``: one address and the file its answer becomes.

    `kind` "file" is a plain address, "wfs" a Web Feature Service, "features" a collection of OGC
    API Features, "genesis" a table of GENESIS-Online or the Regionaldatenbank. `page` is how many
    features are asked for at once; `account` the beginning of the names of two environment
    variables, ``…_USER`` and ``…_PASSWORD``. `sha256` is what the file must have.
    """

    file: FilePath
    kind: Literal["file", "wfs", "features", "genesis"] = "file"
    url: str = ""
    layer: str = ""
    table: str = ""
    crs: str | None = None
    page: Annotated[int, Field(ge=1, le=50_000)] = 1000
    years: Annotated[tuple[int, ...], Field(max_length=2)] = ()
    account: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] = "GENESIS"
    source: str = ""
    licence: str = ""
    sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        if url and not plain:
            message = "url"
            raise ValueError(message)
        return url

    @property
    def address(self) -> str:
        """The address, that of GENESIS-Online where none is given."""
        return self.url or (_GENESIS if self.kind == "genesis" else "")


class FetchPlan(FileModel):
    """The whole file."""

    folder: FilePath = "."
    timeout: Annotated[float, Field(gt=0, le=600)] = 60.0
    downloads: Annotated[tuple[Download, ...], Field(min_length=1)]


def read_fetch(path: Path) -> FetchPlan:
    """Read a file of ``fetch``.

    Raises
    ------
    ConfigError
        With every problem: key, expected, found, what to do.
    """
    return read_file(FetchPlan, path, kind="fetch", worded=_worded, checks=_checks)


def _checks(plan: FetchPlan, file: str) -> list[Problem]:
    """Find downloads that lack something, and files that two of them would write."""
    problems = [p for d in plan.downloads for p in _lacking(d, file)]
    for n, download in enumerate(plan.downloads, 1):
        problems += [*_unread(download, n, file), *_wrong_years(download, n, file)]
    names = [d.file.casefold() for d in plan.downloads]
    twice = sorted({n for n in names if names.count(n) > 1})
    return problems + [problem("fetch.twice", file=file, found=n) for n in twice]


def _unread(download: Download, n: int, file: str) -> list[Problem]:
    """Find keys that an address of this kind does not look at."""
    return [
        problem("fetch.unread", file=file, key=f"downloads[{n}].{key}", kinds=", ".join(kinds))
        for key, kinds in _READ_BY.items()
        if key in download.model_fields_set and download.kind not in kinds
    ]


def _wrong_years(download: Download, n: int, file: str) -> list[Problem]:
    """Find years that are turned round or are none."""
    years = download.years
    if list(years) == sorted(years) and all(1900 <= year <= 2200 for year in years):
        return []
    found = ", ".join(map(str, years))
    return [problem("fetch.years", file=file, key=f"downloads[{n}].years", found=found)]


def _worded(error: Any, file: str, model: type[Section]) -> Problem:
    if error["type"] == "string_pattern_mismatch":
        expected = text(f"fetch.form.{error['loc'][-1]}")
        found = repr(str(error["input"])[:80])
        place: dict[str, Any] = {"file": file, "key": path_of(error["loc"])}
        return problem("config.wrong_type", **place, expected=expected, found=found)
    if error["type"] == "value_error" and error["loc"][-1:] == ("url",):
        key = path_of(error["loc"])
        return problem("fetch.address", file=file, key=key, found=str(error["input"])[:80])
    return german(error, file, model)


def _lacking(download: Download, file: str) -> list[Problem]:
    wanted = {"wfs": "layer", "genesis": "table"}.get(download.kind)
    found = []
    if wanted and not getattr(download, wanted):
        found.append(problem("fetch.lacks", file=file, key=f"{download.file}: {wanted}"))
    if not download.address:
        found.append(problem("fetch.lacks", file=file, key=f"{download.file}: url"))
    written = PureWindowsPath(download.file)
    outside = written.drive or written.root or ".." in written.parts
    if outside or written.name.startswith("."):
        found.append(problem("fetch.outside", file=file, found=download.file))
    return found
