from .run import ParticipationResult as ParticipationResult
from .run import run_participation as run_participation
