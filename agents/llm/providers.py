"""One chat client per provider, built from langchain's own; vendors' libraries load when a model is first called."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from agents.exceptions import UnknownProvider
from agents.llm.structured import asked_for, described, text_of

if TYPE_CHECKING:
    import httpx
    from langchain_core.language_models import BaseChatModel

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
class Piece:
    """A piece of a reply that is still being written; the last ones may bring the reason it ended and the tokens."""

    text: str
    finish: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Keys and addresses of the providers; ``max_tokens`` caps a reply, ``seconds`` bounds one call.

    ``compatible_structured`` is how the compatible server is asked for JSON: json_object, json_schema or function.
    """

    openai_api_key: str = ""
    openai_base_url: str = ""
    compatible_base_url: str = ""
    compatible_api_key: str = ""
    compatible_structured: str = "json_object"
    bedrock_region: str = ""
    max_tokens: int = 1_000
    seconds: float = 30.0

    def prepare(self, model: str) -> None:
        """Import the provider's library: seconds, the first time in a process."""
        import_module("langchain_aws" if split_model(model)[0] == "bedrock" else "langchain_openai")

    async def __call__(self, model: str, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """Send one conversation to ``provider/name``; see ``Chat``."""
        turns = [(message.role, message.text) for message in messages]
        async with self.client(model, schema) as chat:
            asked = _with_tool(chat, schema) if model.startswith("bedrock/") else chat
            return _reply(await asked.ainvoke(turns))

    async def stream(self, model: str, messages: Sequence[Message]) -> AsyncGenerator[Piece, None]:
        """Yield the reply in plain text while the model writes it; raises the vendor's own errors."""
        async with self.client(model) as chat:
            async for chunk in chat.astream([(message.role, message.text) for message in messages]):
                told: Any = chunk.response_metadata or {}
                usage: Any = getattr(chunk, "usage_metadata", None) or {}
                finish = str(told.get("finish_reason") or told.get("stopReason") or "")
                yield Piece(str(chunk.text), finish, usage.get("input_tokens"), usage.get("output_tokens"))

    @asynccontextmanager
    async def client(self, model: str, schema: dict[str, Any] | None = None) -> "AsyncIterator[BaseChatModel]":
        """Open langchain's client for ``provider/name``; OpenAI-like ones ask for ``schema``, or for plain text."""
        provider, name = split_model(model)
        if provider == "bedrock":
            yield self._bedrock(name)
            return
        import httpx

        # langchain would share one client between event loops; ours lives as long as the call.
        async with httpx.AsyncClient(timeout=self.seconds) as client:
            make = self._openai if provider == "openai" else self._compatible
            yield make(name, client, schema)

    def _openai(self, name: str, client: "httpx.AsyncClient", schema: dict[str, Any] | None) -> "BaseChatModel":
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=name,
            api_key=SecretStr(self.openai_api_key),
            base_url=self.openai_base_url or None,
            max_completion_tokens=self.max_tokens,
            max_retries=0,
            timeout=self.seconds,
            stream_usage=True,
            http_async_client=client,
            extra_body=asked_for(schema, "json_schema") if schema else None,
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
                **(asked_for(schema, self.compatible_structured) if schema else {}),
            },
        )

    def _bedrock(self, name: str) -> "BaseChatModel":
        from botocore.config import Config
        from langchain_aws import ChatBedrockConverse

        return ChatBedrockConverse(
            model=name,
            region_name=self.bedrock_region or None,
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


def _with_tool(chat: Any, schema: dict[str, Any]) -> Any:
    """Offer the form as the one tool, and insist on it where the model can be told to."""
    tool = {"name": schema["title"], "description": described(schema), "input_schema": schema}
    told = chat.supports_tool_choice_values or ()
    choice = next((way for way in ("tool", "any") if way in told), None)
    return chat.bind_tools([tool], tool_choice=schema["title"] if choice == "tool" else choice)


def _reply(message: Any) -> Reply:
    told = message.response_metadata or {}
    usage = message.usage_metadata or {}
    finish = str(told.get("finish_reason") or told.get("stopReason") or "")
    return Reply(
        text=text_of(message),
        finish=finish,
        refused=bool(message.additional_kwargs.get("refusal"))
        or finish in {"content_filter", "content_filtered", "guardrail_intervened", "refusal"},
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
    )
