from .watching import WatchOutcome as WatchOutcome
from .watching import watch as watch
