"""Kept answers: personal data only encrypted, and a cache in trouble costs nothing but the saving."""

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from agents.response_store import PREFIX, CachedResponses

CANARY = "Marlowe Quillfeather"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_memory(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


async def test_what_was_kept_comes_back() -> None:
    for private in (True, False):
        await CachedResponses().put(f"key{private}", CANARY, private=private)
        assert await CachedResponses().get(f"key{private}", private=private) == CANARY
    assert await CachedResponses().get("other", private=True) is None


async def test_personal_data_is_not_readable_where_it_is_kept() -> None:
    await CachedResponses().put("key", CANARY, private=True)
    assert CANARY not in str(await cache.aget(PREFIX + "key"))


async def test_another_secret_key_forgets_and_plain_text_is_no_private_answer(settings: Settings) -> None:
    await CachedResponses().put("key", CANARY, private=True)
    settings.SECRET_KEY = "another secret key of some length"
    assert await CachedResponses().get("key", private=True) is None
    await CachedResponses().put("plain", CANARY, private=False)
    assert await CachedResponses().get("plain", private=True) is None


async def test_a_cache_in_trouble_finds_and_keeps_nothing(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.agents.test_response_store.Broken"}}
    await CachedResponses().put("key", CANARY, private=False)
    assert await CachedResponses().get("key", private=False) is None
    assert CANARY not in caplog.text


class Broken:
    """A cache whose server is gone."""

    def __init__(self, *args: object) -> None:
        pass

    async def aget(self, key: str) -> None:
        raise ConnectionError(key)

    async def aset(self, key: str, value: str, timeout: int) -> None:
        raise ConnectionError(value)
