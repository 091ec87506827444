from __future__ import annotations

import pytest

from tests.delivery import certificates
from tests.delivery.certificates import Certificates


@pytest.fixture(scope="session")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates.make(tmp_path_factory.mktemp("certificates"))
