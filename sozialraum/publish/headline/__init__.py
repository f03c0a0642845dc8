"""The headline of a result: rules, words, and the published figures they are made of."""
