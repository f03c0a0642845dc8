import pytest
from participation.small_programme import write_small

from sozialraum.testing import City, synthetic_city


@pytest.fixture(scope="session")
def city() -> City:
    return synthetic_city()


@pytest.fixture
def folder(tmp_path):
    return write_small(tmp_path)
