"""Ask one question as each agent named on the command line, then wait until every tracer is done."""

import asyncio
import sys

from agents.llm.answers import Narrative
from agents.llm.calls import Limits
from agents.llm.gateway import ModelGateway
from agents.llm.providers import Access
from agents.llm.routing import Routes
from agents.llm.tracing import traced
from agents.prompts import Prompt
from audit import correlation

MODEL = "compatible/scripted"


async def ask_all(address: str, agents: list[str]) -> None:
    """Ask from inside the graph's untraced block, as the nodes do; the material names the agent."""
    routes = Routes(dict.fromkeys(agents, MODEL), frozenset({"intake"}), frozenset({"compatible"}))
    models = ModelGateway(routes, Access(compatible_base_url=address), Limits())
    with correlation.bound("request-0123456789"), traced(private=True):
        for agent in agents:
            await models.ask(agent, Prompt("ratio", (("facts", f"The words of {agent}."),)), Narrative)


if __name__ == "__main__":
    asyncio.run(ask_all(sys.argv[1], sys.argv[2:]))
    from langchain_core.tracers.langchain import wait_for_all_tracers

    wait_for_all_tracers()
