from .batching import Batch as Batch
from .batching import batch as batch
