from .seeing import Sight as Sight
from .seeing import see as see
