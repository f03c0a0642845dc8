"""A user's own script, as mypy reads it; three lines are wrong, each marked with what mypy says."""

import pandas as pd

import sozialraum as sr


def script() -> None:
    """Build, then compute an index from a table of its own."""
    plan: sr.Plan = sr.read_build("stadt.toml")
    result: sr.Result = sr.build(plan, data="daten")
    result.save("ergebnis")
    problems: list[sr.Problem] = sr.check_build("stadt.toml", data="daten")
    print(len(problems))

    value = pd.DataFrame({"armut": [0.1, 0.2, 0.4]}, index=["01", "02", "03"])
    poverty = sr.Indicator(id="armut", label="Armut", direction="burden", value="armut")
    scale = sr.index.fit_scale(value, [poverty], method="zscore")
    z: pd.DataFrame = sr.index.standardise(value, scale)
    index = sr.index.aggregate(z, [poverty], method="mean")["index"]
    breaks = sr.index.fit_breaks(index, method="quantile", k=3)
    classes: pd.Series = sr.index.classify(index, breaks)
    print(classes)

    sr.build(plan, dta="x")  # call-arg: Unexpected keyword argument "dta" for "build"
    sr.index.standardise(value, 3)  # arg-type: "standardise" has incompatible type "int"
    sr.index.fit_breaks(index, method="quantil")  # arg-type: incompatible type "Literal['quantil']"
