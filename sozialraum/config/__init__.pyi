from .plan import Plan as Plan
from .reading import build_schema as build_schema
from .reading import read_build as read_build
