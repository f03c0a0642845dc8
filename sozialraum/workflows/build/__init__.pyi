from .building import build as build
from .building import build_for_office as build_for_office
from .outcome import BuildOutcome as BuildOutcome
from .result import Result as Result
