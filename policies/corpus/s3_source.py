"""Policy files in S3, or in a store that speaks its protocol."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from policies.corpus.sources import ADDRESS_CHARACTERS, BLOCK, FileChanged, Listed, is_policy_file
from policies.exceptions import SourceUnreachable, UnreadableFile

CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 30, 3
CHANGED_SINCE = {"404", "412", "NoSuchKey", "PreconditionFailed"}


class S3Source:
    """The objects below ``s3://BUCKET/PREFIX``. Key, region and endpoint come from the usual AWS variables.

    An object appears whole or not at all, so none needs to settle.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        self._bucket = bucket
        self._prefix = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
        self._keys: dict[str, tuple[str, str]] = {}  # key and ETag by address

    def listing(self) -> Iterator[Listed]:
        """Yield the PDFs below the prefix in order of key; the mark is the object's ETag and size."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for each in (each for page in pages for each in page.get("Contents", ())):
                name = each["Key"].rpartition("/")[2]
                if is_policy_file(name):
                    address = f"s3://{self._bucket}/{each['Key']}"[-ADDRESS_CHARACTERS:]
                    self._keys[address] = each["Key"], each["ETag"]
                    yield Listed(address, name, f"{each['ETag']}-{each['Size']}")
        except (BotoCoreError, ClientError, ValueError) as exc:
            raise self._unreachable(exc) from exc

    @contextmanager
    def content(self, listed: Listed) -> Iterator[Iterable[bytes]]:
        """Fetch the object as it was listed. Raises UnreadableFile, FileChanged, SourceUnreachable."""
        from botocore.exceptions import BotoCoreError, ClientError

        key, tag = self._keys[listed.address]
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key, IfMatch=tag)["Body"]
        except ClientError as exc:
            if _code(exc) in CHANGED_SINCE:
                raise FileChanged(listed.address) from exc
            raise UnreadableFile(listed.name, _code(exc)) from exc
        except (BotoCoreError, ValueError) as exc:
            raise self._unreachable(exc) from exc
        try:
            yield self._blocks(body)
        finally:
            body.close()

    def _blocks(self, body: Any) -> Iterator[bytes]:
        from botocore.exceptions import BotoCoreError

        try:
            yield from body.iter_chunks(BLOCK)
        except BotoCoreError as exc:
            raise self._unreachable(exc) from exc

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"max_attempts": TRIES, "mode": "standard"},
            ),
        )

    def _unreachable(self, fault: Exception) -> SourceUnreachable:
        return SourceUnreachable(
            f"{self.address} cannot be read ({_code(fault)}). "
            "Check the bucket, the AWS key, the region and the network."
        )


def _code(fault: Exception) -> str:
    """Return the store's own word for the fault, such as NoSuchBucket; never its full text, which may hold a key."""
    answer: dict[str, Any] = getattr(fault, "response", None) or {}
    return str(answer.get("Error", {}).get("Code") or type(fault).__name__)
