from .checking import CheckOutcome as CheckOutcome
from .checking import check as check
from .checking import check_build as check_build
