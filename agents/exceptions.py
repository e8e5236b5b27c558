"""What can go wrong in the pipeline, each with its next step. No message carries personal data or a model's words."""

from enum import StrEnum


class FaultKind(StrEnum):
    """The closed list of troubles an agent can meet."""

    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    EMPTY = "empty"
    INVALID_JSON = "invalid_json"
    TRUNCATED = "truncated"
    WRONG_SCHEMA = "wrong_schema"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"
    CIRCUIT_OPEN = "circuit_open"
    BUDGET = "budget"


class AgentError(Exception):
    """Expected trouble in the pipeline; the case goes to a person."""

    kind: FaultKind = FaultKind.EXCEPTION


class ModelUnavailable(AgentError):
    """The model gave no usable answer in the time and tries it had."""

    def __init__(self, model: str, kind: FaultKind, tries: int) -> None:
        self.model, self.kind, self.tries = model, kind, tries
        super().__init__(
            f"The model {model} could not be used ({kind}, {tries} {'try' if tries == 1 else 'tries'}). "
            f"Check the provider, then decide again; until then the text is ours."
        )


class ModelOutputInvalid(AgentError):
    """The model answered, but not in the agreed form, and one repair did not help."""

    def __init__(self, model: str, kind: FaultKind) -> None:
        self.model, self.kind = model, kind
        super().__init__(f"The answer of {model} was not usable ({kind}), also after one repair. A person must look.")


class BudgetSpent(AgentError):
    """The next call to a model would pass what one run may spend; it was not made."""

    kind = FaultKind.BUDGET

    def __init__(self, limit: str) -> None:
        super().__init__(
            f"The run may spend {limit} on models, and the next call would pass that; the rest of the text is ours. "
            f"Raise the MODEL_RUN_ limit, or decide again."
        )


class ProviderNotAllowed(AgentError):
    """An agent that sees personal data is routed to a provider that may not have it."""

    kind = FaultKind.NOT_ALLOWED

    def __init__(self, agent: str, provider: str) -> None:
        super().__init__(
            f"Agent {agent} sees personal data, and provider {provider} is not in PII_PROVIDERS. "
            f"Name another model in LOANIQ_MODEL_{agent.upper()}, or add the provider if it may have such data."
        )


class UnknownProvider(AgentError):
    """A model name does not begin with a provider we can call."""

    kind = FaultKind.NOT_ALLOWED

    def __init__(self, model: str) -> None:
        super().__init__(
            f"Model {model!r} has no known provider. Write template, openai/, bedrock/ or compatible/NAME."
        )


class DecisionTimedOut(AgentError):
    """The whole run took longer than it may."""

    kind = FaultKind.TIMEOUT

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The decision took longer than {seconds:g} seconds. A person must look, or decide again.")
