from .releases import Releases as Releases
from .releases import import_ledger as import_ledger
from .releases import list_releases as list_releases
from .releases import make_ledger as make_ledger
