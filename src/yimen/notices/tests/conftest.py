import pytest

from yimen.notices.tests.receiver import receiving


@pytest.fixture
def receiver(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets")
    settings.YIMEN_NOTICE_PRIVATE_HOSTS = ("127.0.0.1",)
    settings.YIMEN_PUBLIC_URL = "https://yimen.example.cn"
    with receiving() as one:
        yield one
