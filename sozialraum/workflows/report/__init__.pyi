from .papers import area_profiles as area_profiles
from .papers import sheets as sheets
