"""What a public check report may say: nothing that was found by looking at a delivered count."""

from sozialraum.model import Problem
from sozialraum.publish.page.public_findings import PUBLIC, public_findings
from sozialraum.texts import catalogue


def found(*codes):
    return [Problem(code, "warning", f"{code}.") for code in codes]


def test_findings_on_counts_are_for_the_office_and_so_is_what_nobody_thought_of():
    counts = found(
        "check.jump_count", "check.jump_share", "check.sums_differ", "check.numerator_above",
        "check.zero_everywhere", "sources.recognised", "sources.raster_negative",
        "pipeline.join_fallback", "pipeline.join_outside", "privacy.earlier_breach", "new.code",
    )  # fmt: skip
    assert public_findings(counts, published=False) == []


def test_findings_on_geometry_build_file_and_protected_counts_are_public_in_their_order():
    shown = found("sources.gap", "config.unknown_key", "index.redundant", "privacy.not_told.audit")
    mixed = [shown[0], *found("check.jump_count"), *shown[1:]]
    assert public_findings(mixed, published=False) == shown


def test_of_open_data_all_findings_are_public():
    mixed = found("check.jump_count", "sources.gap")
    assert public_findings(mixed, published=True) == mixed


def test_every_public_code_is_one_that_exists():
    for code in PUBLIC:
        room, *path = code.removesuffix("*").removesuffix("_").removesuffix(".").split(".")
        words = catalogue(room)
        for step in path:
            words = words[step] if step in words else [k for k in words if k.startswith(step)]
        assert words, code
