from .comparing import Comparison as Comparison
from .comparing import compare as compare
from .methods import MethodComparison as MethodComparison
from .methods import compare_methods as compare_methods
from .protections import ProfileComparison as ProfileComparison
from .protections import compare_profiles as compare_profiles
