from .audit.bounds import audit_release as audit_release
from .audit.coarsening import coarsen as coarsen
from .audit.ledger import read_ledger as read_ledger
from .gate import protect as protect
from .participation.duplicates import find_children as find_children
from .perturbation.cellkey import cell_keys as cell_keys
from .rounding import round_shares as round_shares
from .suppression import suppress as suppress
