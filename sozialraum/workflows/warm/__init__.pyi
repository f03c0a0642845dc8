from .warming import WarmOutcome as WarmOutcome
from .warming import warm as warm
