"""The nouns that travel between the steps: problems, indicators, learnt values, releases."""

from sozialraum.model.dates.period import Period
from sozialraum.model.indicator import Indicator
from sozialraum.model.learnt import Breaks, Scale, Strength, Typology
from sozialraum.model.participation_release import ParticipationRelease
from sozialraum.model.plan_release import PlanRelease
from sozialraum.model.problem import Problem
from sozialraum.model.raster import Raster
from sozialraum.model.release import Edition, Facts, Release
from sozialraum.model.status import STATUS, status_frame

__all__ = [
    "STATUS",
    "Breaks",
    "Edition",
    "Facts",
    "Indicator",
    "ParticipationRelease",
    "Period",
    "PlanRelease",
    "Problem",
    "Raster",
    "Release",
    "Scale",
    "Strength",
    "Typology",
    "status_frame",
]
