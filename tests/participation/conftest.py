import pytest

from sozialraum.testing import City, synthetic_city


@pytest.fixture(scope="session")
def city() -> City:
    return synthetic_city()
