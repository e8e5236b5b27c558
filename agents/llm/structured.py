"""Asking each provider for an answer in an agreed form, in the way it knows, and reading the answer out again."""

import json
from typing import Any, Literal, get_args

Structured = Literal["json_object", "json_schema", "function"]
WAYS: tuple[str, ...] = get_args(Structured)
# OpenAI's strict schemas know no lengths of texts and no defaults; our own parsing holds both all the same.
NOT_STRICT = frozenset({"default", "minLength", "maxLength"})
# A grammar counts: "at most 4,000 characters" becomes thousands of rules, on which llama.cpp's server dies.
NOT_GRAMMAR = frozenset({"minLength", "maxLength", "maxItems"})


def asked_for(schema: dict[str, Any], way: str) -> dict[str, Any]:
    """Return the part of an OpenAI-like request that asks for ``schema``.

    ``json_object`` adds the schema for servers that turn it into a grammar; ``json_schema`` is strict; ``function``
    asks for a call of one function.
    """
    name = str(schema["title"])
    if way == "json_schema":
        form = {"name": name, "schema": strict(schema), "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": form}}
    if way == "function":
        tool = {"type": "function", "function": {"name": name, "description": described(schema), "parameters": schema}}
        return {"tools": [tool], "tool_choice": {"type": "function", "function": {"name": name}}}
    return {"response_format": {"type": "json_object", "schema": without(schema, NOT_GRAMMAR)}}


def without(schema: Any, keys: frozenset[str]) -> Any:
    """Return a JSON schema without some keys, at any depth."""
    if isinstance(schema, list):
        return [without(item, keys) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: without(value, keys) for key, value in schema.items() if key not in keys}


def strict(schema: Any) -> Any:
    """Return a JSON schema in which every key is required and closed, as OpenAI's strict mode asks."""
    return _closed(without(schema, NOT_STRICT))


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _closed(value) for key, value in schema.items()}
    if isinstance(kept.get("properties"), dict):
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def described(schema: dict[str, Any]) -> str:
    """Return what a tool that takes this form is for."""
    return str(schema.get("description") or "The answer.")


def text_of(message: Any) -> str:
    """Return the answer of langchain's message: the arguments of its first call, as JSON, or else its text."""
    if message.tool_calls:
        return json.dumps(message.tool_calls[0]["args"])
    if message.invalid_tool_calls:
        return str(message.invalid_tool_calls[0]["args"] or "")
    return str(message.text)
