from .summing import CellSums as CellSums
from .summing import sum_cells as sum_cells
