from .larger_areas import level_rows as level_rows
from .profiles import AreaProfile as AreaProfile
from .profiles import area_profile as area_profile
from .profiles import class_in_profile as class_in_profile
from .profiles import direction as direction
from .profiles import index_figure as index_figure
from .saved import Saved as Saved
from .saved import open_result as open_result
