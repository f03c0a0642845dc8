"""Messages whose advice no test does, each under the reason why there is nothing to do in a test."""

ROOMS = ("config", "check", "space", "privacy", "pipeline", "sources")

# reason -> room and names of the messages
REASONS: dict[str, dict[str, str]] = {
    "the advice is to look whether it is so: where it is, nothing changes and the message stays": {
        "check": "other_vintage excluded_people not_collected sums_differ jump_count jump_share",
        "space": "unsnapped unreached",
        "pipeline": "smoothing_raw method_not_possible join_fallback join_outside "
        "join_outside_all join_shared walking_limit_unverified",
        "sources": "total_differs merged_share part_and_whole more_keys styles_differ "
        "perhaps_cut_off uncovered_outline no_target no_source shared_area area_without_school "
        "overlap_slivers gap_slivers tiny_parts far_sites raster_scaled partly_covered "
        "partly_outside census_weights_withheld crs_gauss_krueger hidden_sheets column_nested",
    },
    "the advice is to ask or tell other people: who delivered, who keeps the ledger, who mends it": {
        "privacy": "contradiction earlier_breach no_ledger other_inputs counted_base",
        "pipeline": "more_findings fault system no_memory",
    },
    "it keeps a mistake of the program from being published; no input brings it": {
        "privacy": "keys_differ unknown_column count_in_layer unknown_layer raw_counts "
        "noise_too_small",
        "config": "bad_value",
        "pipeline": "no_population more_than_all",
    },
    "what brings it needs a build of its own, and tests of that build follow it": {
        "privacy": "not_comparable not_told.refusal not_told.linked",
        "pipeline": "smoothing_lenders chain.other_children other_number",
    },
}  # fmt: skip
MOST = 61
"""How many there are at most: a new message comes with a test that does what it advises."""

NOT_FOLLOWED = {
    f"{room}.{name}": reason
    for reason, rooms in REASONS.items()
    for room, names in rooms.items()
    for name in names.split()
}
