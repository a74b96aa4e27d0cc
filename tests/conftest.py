"""What all tests share: those that need a graphics card are left out where there is none."""

import pytest

from core.vision.runtimes.nvidia import nvidia_card


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked ``gpu`` on a machine without an NVIDIA card."""
    if nvidia_card() is not None:
        return
    for item in items:
        if item.get_closest_marker("gpu") is not None:
            item.add_marker(pytest.mark.skip(reason="needs an NVIDIA graphics card"))
