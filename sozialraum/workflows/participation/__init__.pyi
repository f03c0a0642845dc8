from .record_checking import check_participation as check_participation
from .run import ParticipationResult as ParticipationResult
from .run import run_participation as run_participation
