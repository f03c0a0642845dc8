from .case_counts import CaseCounts as CaseCounts
from .ledger import new_ledger as new_ledger
from .ledger import open_ledger as open_ledger
from .participation.duplicates import find_children as find_children
from .perturbation.cellkey import cell_keys as cell_keys
from .protecting import protect as protect
from .rules import DisclosureRules as DisclosureRules
from .statements import statements_of as statements_of
