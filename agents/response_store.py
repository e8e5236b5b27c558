"""Models' answers in Django's cache for an hour; those that may hold personal data only encrypted."""

import base64
import hashlib
import logging

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)
PREFIX = "model-answer:"


class CachedResponses:
    """The store of ``agents.llm.response_cache``; a cache in trouble costs the saving and nothing else."""

    async def get(self, key: str, *, private: bool) -> str | None:
        """Return the text kept under a key, or None; what cannot be decrypted any more is forgotten."""
        try:
            kept = await cache.aget(PREFIX + key)
        except Exception as exc:  # noqa: BLE001  (caches share no base class of errors)
            logger.warning("Models' answers cannot be looked up (%s)", type(exc).__name__)
            return None
        if not isinstance(kept, str) or not private:
            return kept if isinstance(kept, str) else None
        try:
            return _lock().decrypt(kept.encode()).decode()
        except InvalidToken:
            return None

    async def put(self, key: str, text: str, *, private: bool) -> None:
        """Keep a text for ``MODEL_ANSWERS_SECONDS``, encrypted if it is private."""
        kept = _lock().encrypt(text.encode()).decode() if private else text
        try:
            await cache.aset(PREFIX + key, kept, settings.MODEL_ANSWERS_SECONDS)
        except Exception as exc:  # noqa: BLE001  (caches share no base class of errors)
            logger.warning("A model's answer cannot be kept (%s)", type(exc).__name__)


def _lock() -> Fernet:
    """Return the cipher, whose key follows from SECRET_KEY and is used for nothing else."""
    key = hashlib.sha256(b"loaniq model answers\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
