"""All advice that is followed, from every room."""

from advice.of_builds import OF_BUILDS
from advice.of_files import OF_FILES
from advice.of_layers import OF_LAYERS
from advice.of_ledger import OF_LEDGER
from advice.of_lists import OF_LISTS
from advice.of_plans import OF_PLANS, OF_PROGRAMMES
from advice.of_results import OF_RESULTS
from advice.of_space import OF_SPACE
from advice.of_time import OF_TIME
from advice.of_verbs import OF_VERBS
from advice_followed import FOLLOWED

ALL = (
    *FOLLOWED,
    *OF_FILES,
    *OF_LAYERS,
    *OF_SPACE,
    *OF_BUILDS,
    *OF_RESULTS,
    *OF_LEDGER,
    *OF_VERBS,
    *OF_LISTS,
    *OF_PLANS,
    *OF_PROGRAMMES,
    *OF_TIME,
)
