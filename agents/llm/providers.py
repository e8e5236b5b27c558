"""One chat client per provider, built from langchain's own; vendors' libraries load when a model is first called."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from agents.exceptions import FaultKind, UnknownProvider

if TYPE_CHECKING:
    import httpx
    from langchain_core.language_models import BaseChatModel

TEMPLATE = "template"
PROVIDERS = ("openai", "bedrock", "compatible")


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: ``role`` is system, user or assistant."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the text, why the model stopped, whether it refused, and tokens where they were counted."""

    text: str
    finish: str
    refused: bool
    input_tokens: int | None = None
    output_tokens: int | None = None


class Chat(Protocol):
    """Sends one conversation to one model."""

    def prepare(self, model: str) -> None:
        """Load what the model's provider needs, before any clock starts."""
        ...

    async def __call__(self, model: str, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """Return the model's reply; raise the vendor's own error, which ``trouble`` can name."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Keys and addresses of the providers; ``max_tokens`` caps a reply, ``seconds`` bounds one call."""

    openai_api_key: str = ""
    openai_base_url: str = ""
    compatible_base_url: str = ""
    compatible_api_key: str = ""
    max_tokens: int = 1_000
    seconds: float = 30.0

    def prepare(self, model: str) -> None:
        """Import the provider's library: seconds, the first time in a process."""
        import_module("langchain_aws" if split_model(model)[0] == "bedrock" else "langchain_openai")

    async def __call__(self, model: str, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """Send one conversation to ``provider/name``; see ``Chat``."""
        turns = [(message.role, message.text) for message in messages]
        async with self.client(model, schema) as chat:
            return _reply(await chat.ainvoke(turns))

    @asynccontextmanager
    async def client(self, model: str, schema: dict[str, Any] | None = None) -> "AsyncIterator[BaseChatModel]":
        """Open langchain's client for ``provider/name``, asking for JSON of ``schema`` where it can be asked."""
        provider, name = split_model(model)
        if provider == "bedrock":
            yield self._bedrock(name)
            return
        import httpx

        # langchain would share one client between event loops; ours lives as long as the call.
        async with httpx.AsyncClient(timeout=self.seconds) as client:
            yield self._openai(name, client) if provider == "openai" else self._compatible(name, client, schema)

    def _openai(self, name: str, client: "httpx.AsyncClient") -> "BaseChatModel":
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=name,
            api_key=SecretStr(self.openai_api_key),
            base_url=self.openai_base_url or None,
            max_completion_tokens=self.max_tokens,
            max_retries=0,
            timeout=self.seconds,
            http_async_client=client,
            model_kwargs={"response_format": {"type": "json_object"}},
        )

    def _compatible(self, name: str, client: "httpx.AsyncClient", schema: dict[str, Any] | None) -> "BaseChatModel":
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        # Local servers know max_tokens, not max_completion_tokens, and some fail on json_schema: say both, ask plainly.
        return ChatOpenAI(
            model=name,
            api_key=SecretStr(self.compatible_api_key or "none"),
            base_url=self.compatible_base_url,
            temperature=0,
            max_completion_tokens=self.max_tokens,
            max_retries=0,
            timeout=self.seconds,
            http_async_client=client,
            extra_body={
                "max_tokens": self.max_tokens,
                "response_format": {"type": "json_object", **({"schema": schema} if schema else {})},
            },
        )

    def _bedrock(self, name: str) -> "BaseChatModel":
        from botocore.config import Config
        from langchain_aws import ChatBedrockConverse

        return ChatBedrockConverse(
            model=name,
            max_tokens=self.max_tokens,
            temperature=0,
            config=Config(read_timeout=self.seconds, connect_timeout=10, retries={"total_max_attempts": 1}),
        )


def split_model(model: str) -> tuple[str, str]:
    """Return provider and name of ``provider/name``; raise UnknownProvider for anything else."""
    provider, _, name = model.partition("/")
    if provider not in PROVIDERS or not name:
        raise UnknownProvider(model)
    return provider, name


def _reply(message: Any) -> Reply:
    told = message.response_metadata or {}
    usage = message.usage_metadata or {}
    finish = str(told.get("finish_reason") or told.get("stopReason") or "")
    return Reply(
        text=str(message.text),
        finish=finish,
        refused=bool(message.additional_kwargs.get("refusal"))
        or finish in {"content_filter", "content_filtered", "guardrail_intervened", "refusal"},
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
    )


def trouble(error: Exception) -> tuple[FaultKind, bool] | None:
    """Return what kind of provider trouble an error is and whether trying again may help; None for a bug of ours."""
    kinds = _kinds(error)
    if kinds & {"TimeoutError", "APITimeoutError", "ReadTimeoutError", "ConnectTimeoutError"}:
        return FaultKind.TIMEOUT, True
    if (status := _status(error)) is not None:
        return _of_status(status)
    if "NoCredentialsError" in kinds:
        return FaultKind.REFUSED, False
    if kinds & {"APIConnectionError", "HTTPClientError", "EndpointConnectionError", "TransportError"}:
        cut = any(_kinds(cause) & {"RemoteProtocolError", "ReadError"} for cause in _causes(error))
        return (FaultKind.TRUNCATED if cut else FaultKind.UNREACHABLE), True
    if kinds & {"OpenAIError", "BotoCoreError"}:
        return FaultKind.UNREACHABLE, False
    return None


def _kinds(error: BaseException) -> set[str]:
    """Return the names of an error's classes; by name, so that no vendor's library is imported to ask."""
    return {kind.__name__ for kind in type(error).__mro__}


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _status(error: Exception) -> int | None:
    if isinstance(status := getattr(error, "status_code", None), int):
        return status
    told = getattr(error, "response", None)
    if isinstance(told, dict):
        status = told.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status if isinstance(status, int) else None


def _of_status(status: int) -> tuple[FaultKind, bool]:
    if status == 429:
        return FaultKind.RATE_LIMITED, True
    if status in {408, 409} or status >= 500:
        return FaultKind.SERVER_ERROR, True
    return FaultKind.REFUSED, False
