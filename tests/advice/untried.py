"""Messages of the other rooms whose advice no test here follows yet; their own tests bring them about."""

# room -> names of the messages
UNTRIED: dict[str, str] = {
    "addresses": "bad_weight double empty_register far_geocode grid_house_twice grid_key grid_letters "
    "grid_persons grid_small grid_small_merged no_column no_crs no_house_in_areas "
    "no_municipality no_place no_source no_target not_placed rule_backwards "
    "rule_incomplete rule_no_house rule_parity rule_street rule_unreadable rules_overlap "
    "rules_uncovered unknown_source unknown_target ",
    "batch": "folder_locked no_dask no_folder no_scheduler ",
    "fetch": "address broken_off counts_differ edited elsewhere lacks late message no_account "
    "no_features no_json no_table_in_zip nothing other_hash outside page_differs refused "
    "same_again too_large too_many_pages twice unreachable unread years ",
    "index": "against_direction allocation_uses_input bad_number constant empty_class explained "
    "few_areas imputed inconsistent lonely_type low_alpha low_kmo mean_not_positive "
    "more_than_all mostly_zero no_column no_parent no_rate not_positive not_transformable "
    "not_usable nothing_to_impute_from outcome_as_input redundant repeated_id "
    "second_dimension separate_regions too_few_profiles too_few_values unknown_edition "
    "unstable_types ",
    "insight": "data.above_base outcome.is_input vary.fixed_limits vary.frozen vary.not_a_list "
    "vary.sd_limits vary.stated_missing vary.twice vary.unknown vary.value vary.weights ",
    "paket": "lacking no_project pip_failed ",
    "participation": "failed no_shape missing_children more_than_children no_records other_century release_age "
    "release_areas release_changed release_days release_gaps release_intern release_keys "
    "release_missing release_twice run_together unknown_areas unknown_offers "
    "unreadable_rows ",
    "planning": "bad_distance bad_way block_without_school cases_unknown ceilings_of_need_below_total "
    "day_for_cutoff duplicate_key edits_incomplete fixed_and_forbidden fixed_twice "
    "floor_above_ceiling gap_in_years list_without_number missing_column missing_input "
    "missing_number need_missing needs.marked no_offer_meant no_table nobody_has_need "
    "nobody_of_kind not_projected other_areas register.area register.both register.goal "
    "register.incomplete register.indicator register.not_utf8 register.number "
    "register.period register.reference register.reference_area register.reference_kind "
    "register.turned register.twice school_without_area school_without_block "
    "share_above_one stipulation_kind stranded_blocks too_few_years too_many_pairs "
    "two_days_in_a_year unknown_key unknown_word unread_section ",
    "publish": "cannot_write folder_in_use folder_office folder_public kommonitor_no_date "
    "kommonitor_no_id kommonitor_number kommonitor_twice leaflet_hash no_office no_typst ",
    "recognise": "only_census bad_day column_gone far_away fault names_twice no_areas no_build_of no_crs no_day "
    "no_folder no_head no_key no_keyed_table no_target other_folder personal same_day ",
}
MOST_UNTRIED = 197
"""How many there are at most: a new message comes with a test that does what it advises."""
