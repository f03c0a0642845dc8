from .case_counts import CaseCounts as CaseCounts
from .ledger import new_ledger as new_ledger
from .ledger import open_ledger as open_ledger
from .protecting import protect as protect
from .recoding import windows as windows
from .rules import DisclosureRules as DisclosureRules
from .statements import statements_of as statements_of
