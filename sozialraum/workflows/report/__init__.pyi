from .papers import Profiles as Profiles
from .papers import Sheets as Sheets
from .papers import area_profiles as area_profiles
from .papers import sheets as sheets
