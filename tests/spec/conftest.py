"""Examples run as tests of their own, too."""

import pytest
from spec.recording import Recorder


@pytest.fixture
def spec():
    return Recorder()
