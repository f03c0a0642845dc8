"""Messages with advice that no small wrong input brings here, each under its reason."""

ROOMS = ("config", "check", "space", "privacy", "pipeline", "sources")

# reason -> room and names of the messages
REASONS: dict[str, dict[str, str]] = {
    "the advice is to look, to ask or to do nothing: the message stays until the office knows": {
        "check": "other_vintage excluded_people not_collected sums_differ jump_count jump_share",
        "space": "unsnapped unreached",
        "privacy": "contradiction breach earlier_breach no_ledger other_inputs counted_base",
        "pipeline": "smoothing_raw method_not_possible more_findings join_fallback join_outside "
        "join_outside_all join_shared walking_limit_unverified fault system no_memory",
        "sources": "total_differs merged_share part_and_whole more_keys styles_differ "
        "perhaps_cut_off uncovered_outline no_target no_source shared_area area_without_school "
        "overlap_slivers gap_slivers tiny_parts far_sites raster_scaled partly_covered "
        "partly_outside census_weights_withheld crs_gauss_krueger hidden_sheets column_nested",
    },
    "another delivery is needed, and a sound one is the file of every other test": {
        "sources": "password broken_archive broken_workbook broken_parquet no_plain_layer crs_link "
        "wrong_content unreadable_layer shapefile_part zip_layers mojibake formula_cell "
        "lost_umlaut_keys lost_umlaut_words joined_cells excel_error key_number streamed_broken "
        "cut_off cut_off_unknown no_census_grid census_empty census_broken census_place "
        "census_twice census_number houses_in_zones street_grid_order street_grid_range broken_off "
        "raster_unreadable raster_bands raster_crs raster_rotated raster_outside no_points "
        "point_without_place point_key_twice datum_shift away_from_outline "
        "no_table outline_mended outline_no_surface land_invalid",
        "pipeline": "no_docx no_pptx ",
    },
    "the limit on size is far above what a test may write": {
        "sources": "too_large bomb too_many_members too_many_cells too_many_features "
        "too_many_vertices too_large_whole raster_large too_many_names formula_long formula_deep",
        "space": "too_many_values",
    },
    "told by a function that a notebook calls, or checked before a build comes to it": {
        "space": "empty duplicate_keys no_crs not_projected not_finite not_polygons "
        "invalid_geometry no_overlap rate not_a_count raster_missing raster_no_crs chain "
        "chain_incomplete bad_share classes_unordered unknown_keys "
        "raster_no_overlap cells_off_grid damaged overlapping_targets neighbours.unknown_area "
        "neighbours.own_area neighbours.pair_twice neighbours.no_geometry",
        "privacy": "keys_differ unknown_column count_in_layer unknown_layer raw_counts "
        "no_controlled_rounding noise_too_small ledger_outside",
        "pipeline": "no_population no_share no_count",
        "config": "bad_value bad_name",
        "sources": "formula_name no_column",
    },
    "told by another verb than check and build, where its own tests follow it": {
        "config": "unknown_answer no_language exists watch.no_counts",
        "privacy": "ledger_of_0_1 ledger_exists ledger_is_key ledger_public ledger_key_public "
        "not_in_ledger no_release_number",
        "pipeline": "compare_kinds old_result other_version no_result other_indicators "
        "changed_file gone_file not_checked inputs_secret extra_file other_number no_verb no_view "
        "watch.no_section watch.month_twice watch.too_short",
    },
    "rests on earlier releases or results: tests/privacy and tests/test_reopened_builds.py": {
        "privacy": "ledger_broken ledger_grown ledger_not_writable not_recorded counts_missing "
        "geography_changed geography_split coefficients partition_differs similar_counts "
        "ledger_head not_comparable",
        "pipeline": "keys_of_reference reference_smoothed reference_counted smoothing_lenders "
        "reference_untyped",
    },
    "a build tells it after protecting; larger areas or more years are another delivery": {
        "privacy": "none_told fixed_not_told not_protectable not_told.small_total "
        "not_told.few_areas not_told.refusal not_told.audit not_told.linked",
        "check": "weights_unknown weights_without_minimum",
        "pipeline": "not_whole more_than_all smoothing_noise chain.other_children",
    },
    "not tried yet; the words alone are tested in test_advice.py": {
        "config": "compare.no_share indicator_columns indicator_columns_balance "
        "kind.balance_uncertain kind.count_input kind.euro_input kind.neutral_input "
        "kind.no_population kind.nothing_to_index kind.output_of_index kind.population "
        "kind.price_year kind.ratio_input kind.survey kind.vote_input listed.absent "
        "listed.column listed.no_table listed.twice "
        "smoothing_masks recipe_name recipe_proof recipe_axes "
        "needs_cells needs_column ",
        "check": "ars_of_areas zeros_differ",
        "privacy": "ledger_key_readable",
        "pipeline": "no_index reform_incomplete",
        "sources": "foreign_umlaut_layer lost_umlaut_head no_extract nothing_walkable "
        "key_as_number key_ambiguous name_of_several "
        "no_period_above "
        "area_twice_of_bkg census_levels "
        "census_column census_without_areas share_of_other_base "
        "crs_datum_assumed crs_unusable",
    },
}  # fmt: skip

NOT_FOLLOWED = {
    f"{room}.{name}": reason
    for reason, rooms in REASONS.items()
    for room, names in rooms.items()
    for name in names.split()
}
