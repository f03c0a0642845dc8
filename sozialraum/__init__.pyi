from . import index as index
from . import insight as insight
from . import planning as planning
from . import privacy as privacy
from . import space as space
from .config.plan import Plan as Plan
from .config.reading import read_build as read_build
from .model.errors import ConfigError as ConfigError
from .model.errors import DataError as DataError
from .model.errors import DisclosureError as DisclosureError
from .model.indicator import Indicator as Indicator
from .model.problem import Problem as Problem
from .publish.page.notebook import choropleth as choropleth
from .publish.tables.kommonitor import read_kommonitor as read_kommonitor
from .sources.registrations.duplicates import find_children as find_children
from .sources.spatial.geometry import read_areas as read_areas
from .sources.spatial.rasters import read_raster as read_raster
from .sources.spatial.sites import read_points as read_points
from .sources.tabular.tables import read_counts as read_counts
from .workflows.build.building import build as build
from .workflows.build.result import Result as Result
from .workflows.cells.summing import sum_cells as sum_cells
from .workflows.check.checking import check_build as check_build
from .workflows.show.saved import open_result as open_result

__version__: str
