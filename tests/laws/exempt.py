"""What a law does not hold for, each with its reason."""

_AUDIT = "takes frames of one build, whose keys are aligned where they are made"
_STEP = "a step of release_programme: rows are the cells of one table that it makes itself"
_DRAWN = "a part of simulate_index, which aligns its arguments at the door; works on arrays"

# functions that are not called here
NO_MAKER: dict[str, str] = {
    "planning.point_columns": "takes a section of a plan file and the layer it names",
    "planning.require_plan_columns": "looks for columns by name and gives back nothing",
    "planning.refuse_wrong_catchments": "a step of catchment_task, which is tested as a whole",
    "index.refuse_wrong_arguments": "a step of fit_scale: looks for columns, gives back nothing",
    "index.prepared": "a step of fit_index, which aligns its arguments at the door",
    "planning.is_better": "rows are horizons of a backtest; it gives back one yes or no",
    "planning.year_table": "rows of a list, without keys; its order is tested with years turned round",
    "space.street_list": "houses of a register, row by row; read back whole in its own tests",
    **dict.fromkeys(["privacy.sealed_release", "privacy.with_layer", "privacy.protect"], _AUDIT),
    **dict.fromkeys(
        [
            "insight.reach", "insight.rates_of", "insight.offer_shares",
        ],
        _STEP,
    ),
    **dict.fromkeys(
        [
            "insight.column_rules", "insight.index_rule", "insight.sampling_cells",
            "insight.prepare", "insight.permuted_moments", "insight.local_tails",
            "insight.common_random_numbers",
        ],
        _DRAWN,
    ),
    "insight.describe_turning": "makes a sentence of one row of turning_weights",
    "planning.gather_inputs": "takes a plan file and what it names; its parts are tested here",
    "planning.neighbour_words": "says in German what a graph found; its keys are its own",
    "planning.edit_sentences": "says what was not applied of a list of changes, row by row",
    "planning.opened": "reads the answer of a solver, no areas",
    "privacy.protect_plan": "takes whole scenarios of a plan; its tables are tested where made",
    "sum_cells": "takes files; areas turned round in tests/test_cells.py",
    "space.make_street_grid": "keys are those of the street grid; each house is held by round trip",
    "space.expect_columns": "a step of make_register: names columns, returns nothing",
    "space.written_addresses": "a step of make_register, row by row; the register is tested",
    "space.neighbour_findings": "says in German what a graph found; its keys are the graph's own",
    "space.assemble_crosswalk": "puts pieces with numbered areas together: arrays, no keys",
    "space.house_crosswalk": "the part of address_crosswalk after keys were found",
    "space.cached_crosswalk": "make_crosswalk with a folder; tested there",
    "space.remembered": "as kept, within one process; tests/test_kept_crosswalks.py",
    "planning.offers_meant": "takes a section of a plan file; row by row, its own tests turn them",
    "space.kept": "looks for a crosswalk by name and makes it where none is; tests/space/test_cache.py",
    "space.save_crosswalk": "writes files; its content hash is tested",
    "space.zonal_statistics_of_file": "zonal_statistics of a file, tested against it",
}  # fmt: skip

_FILES = "reads files; nothing that it is given has rows"
_WORDS = "puts what another function found into words, all of it in one object"
_TASK = "takes a question made of laid-together tables; test_whole_answers.py turns those"
_ARRAYS = "takes plain arrays, whose places are their keys"
# public functions without an argument whose rows have keys
NO_KEYS: dict[str, str] = {
    **dict.fromkeys(
        ["build", "check_build", "open_result", "read_areas", "read_build", "read_counts",
         "read_kommonitor", "read_points", "read_raster", "privacy.new_ledger",
         "privacy.open_ledger"], _FILES,
    ),
    **dict.fromkeys(
        ["index.describe_breaks", "index.inspect_typology", "index.inspect_weights",
         "insight.describe_area", "insight.describe_reach", "insight.describe_strength",
         "privacy.statements_of"], _WORDS,
    ),
    **dict.fromkeys(
        ["planning.changed_blocks", "planning.class_chances", "planning.difference_sentence",
         "planning.forecast_sentence", "planning.frontier", "planning.locate", "planning.redraw",
         "planning.sweep", "insight.compare_concentration"], _TASK,
    ),
    **dict.fromkeys(
        ["index.borda", "index.ml_factors", "insight.byar", "space.density_around",
         "space.nearest_crosswalk"], _ARRAYS,
    ),
    "index.effective_weights": "indicators are a list with ids; test_whole_answers.py turns it",
    **dict.fromkeys(
        ["insight.leave_one_out", "insight.sobol", "insight.turning_weights"],
        "asks a function of the caller, which is given names or numbers",
    ),
}  # fmt: skip

_IN_ROW_ORDER = "returns or stores one thing per row in the order of the rows, without keys"
_TIME = "rows are points of time: their order is what is asked about"

ROWS_IN_ORDER: dict[str, str] = {
    "index.aggregate_nodes": _IN_ROW_ORDER,
    "index.person_weights": _IN_ROW_ORDER,
    "privacy.places_of": _IN_ROW_ORDER,
    "space.area_keys": _IN_ROW_ORDER,
    "space.shapes_of": _IN_ROW_ORDER,
    "space.zone_sums": _IN_ROW_ORDER,
    "space.walking_network": "numbers its nodes in the order of the lines; distances are tested",
    "space.read_house_number_rules": "lists the rules in the order of the file; assign_by_rules is tested",
    "space.input_hash": "the hash of the files as they came decides whether a cache is used",
    "insight.wilson": _IN_ROW_ORDER,
    "insight.newcombe": _IN_ROW_ORDER,
    "planning.detail_tables": "rows of a table to be printed, in its order",
    "planning.ewma": _TIME,
    "insight.cohort_steps": "rows are stations in their order: each follows the one before",
    "insight.apply_watch": _TIME,
    "insight.fit_watch": _TIME,
    "insight.watch_city": _TIME,
    "insight.describe_watch": _TIME,
    "insight.describe_city": _TIME,
    "planning.rates": _TIME,
    "planning.forecast_pupils": _TIME,
    "sources.registrations.find_children": "numbers the children in the order of the rows, as one list has it",
}
# "function(parameter)": one argument whose order of rows is an input
ONE_IN_ORDER: dict[str, str] = {
    "index.person_weights(counted)": "returns an array in the order of `counted`",
    "insight.change_of_rates(after)": "the answer stands on the areas of `after`, in their order",
    "insight.wilson(counted)": "returns arrays in the order of `counted`",
    "insight.newcombe(first)": "returns arrays in the order of `first`",
    "sources.registrations.find_children(given_name)": "numbers the children in the order of the first",
    "planning.rates(rolls)": _TIME,
    "planning.forecast_pupils(rolls)": _TIME,
    "insight.cohort_steps(counts)": "rows are stations in their order: each follows the one before",
    "insight.apply_watch(cases)": _TIME,
    "insight.apply_watch(exposure)": _TIME,
    "insight.fit_watch(cases)": _TIME,
    "insight.watch_city(cases)": _TIME,
    "insight.describe_watch(judged)": _TIME,
    "planning.detail_tables(details)": "rows of a table to be printed, in its order",
}
COLUMNS_IN_ORDER: dict[str, str] = {
    "index.fit_typology": "the typology lists ids and centres in the order of the columns",
    "index.fit_typology#contiguous": "lists its centres as fit_typology does",
    "index.fit_typology#kmeans": "lists its centres as fit_typology does",
    "index.impute_multiple": "chained equations go from column to column, with seeded draws",
    "index.score_imputed": "draws as impute_multiple does",
    "index.inspect_imputation": "tells the columns in their order",
    "space.grouped_median": "columns are classes in ascending order, as `edges` are",
    "planning.rates": "columns are grades in ascending order",
    "planning.pre_trend": "columns are periods in ascending order",
    "planning.staggered_change": "columns are periods in ascending order",
    "planning.forecast_pupils": "columns are grades in ascending order",
}
# "function(parameter)": arguments that need not have every key, or more than the others
_BUILDS = "two builds may have different areas; those of one only are told as such"
_NAMED = "names a bound for some units only; the others have none, unknown units are refused"
MAY_LACK: dict[str, str] = {
    "choropleth(table)": "an area without a class is drawn white and counted in the legend",
    "insight.change_certainty(old)": _BUILDS,
    "insight.change_certainty(new)": _BUILDS,
    "insight.split_change(old_index)": _BUILDS,
    "planning.apportion(floors)": _NAMED,
    "planning.apportion(ceilings)": _NAMED,
    "planning.gains_and_losses(last_year)": "a unit without a last year is new, and told as such",
    "planning.empty_places(names)": "what has no name is called by its key",
    "planning.empty_places(table)": "names are looked up for the areas that lack places",
    "planning.stranded_blocks(allowed)": "asks for the blocks that something is laid down for",
    "planning.stranded_blocks(metres)": "asks for the blocks that something is laid down for",
    "planning.catchment_task(names)": "what has no name is called by its key",
    "planning.frequency_sentence(names)": "what has no name is called by its key",
    "planning.frequency_sentence(share)": "asks for the chosen sites, which it must have",
    "planning.detail_tables(names)": "what has no name is called by its key",
    "planning.detail_tables(details)": "names are looked up for what the tables hold",
}
