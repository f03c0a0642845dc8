"""Posts and money by need: rules, allocation in whole units, who stands at a step."""
