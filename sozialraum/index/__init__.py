"""From counts to an index: shares, scales, weights, aggregation, classes, types, recipes."""
