"""Which findings on a delivery may stand in the public check report.

A finding that was made by looking at counts (a jump, a sum that does not match, an odd value)
tells something of them, and that there is none tells something, too. So public are only findings
that follow from the build file, from geometry, or from protected counts; all others are for the
office. A finding that nobody has thought of is for the office.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from sozialraum.model import Problem

# codes of findings that were made without looking at a delivered count
PUBLIC = (
    # of the build file alone
    "config.*", "privacy.no_counts", "privacy.no_largest",
    # of geometry alone
    "space.repair.*", "space.neighbours.*", "space.unsnapped", "space.unreached",
    "space.invalid_geometry", "space.overlapping_targets", "space.cells_off_grid",
    "sources.crs_*", "sources.gap", "sources.gap_slivers", "sources.overlap",
    "sources.overlap_slivers", "sources.same_area", "sources.shared_area", "sources.tiny_parts",
    "sources.uncovered_outline", "sources.more_uncovered", "sources.far_sites",
    "sources.datum_shift", "sources.empty_geometry", "sources.foreign_umlaut_layer",
    "pipeline.join_shared", "pipeline.nested_elsewhere", "pipeline.sites_elsewhere",
    "pipeline.site_without_place", "pipeline.walking_limit_unverified",
    # of protected counts
    "index.*", "pipeline.more_findings", "privacy.not_told.*",
)  # fmt: skip


def public_findings(found: Iterable[Problem], *, published: bool) -> list[Problem]:
    """Return the findings that may be published, in their order.

    Parameters
    ----------
    found : all findings of a build
    published : all its input is published already, and so are all findings
    """
    if published:
        return list(found)
    return [p for p in found if any(fnmatchcase(p.code, code) for code in PUBLIC)]
