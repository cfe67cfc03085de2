"""What holds for all of these tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Apprise, loaded in this process, imports a module that Python is about to drop."""
    for item in items:
        if "acceptance" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"))
