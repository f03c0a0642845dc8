from .document import write_handbook as write_handbook
from .document import write_reference as write_reference
from .doors import Door as Door
from .doors import doors as doors
from .pages import Page as Page
from .pages import read_pages as read_pages
