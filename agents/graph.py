"""The pipeline, drawn. Both branches meet in ``join``; whatever ends early still ends in ``audit``."""

from functools import cache

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.context import AgentContext
from agents.nodes.audit import audit
from agents.nodes.compliance import compliance
from agents.nodes.decision import decision
from agents.nodes.intake import intake
from agents.nodes.policy import policy
from agents.nodes.ratio import ratio
from agents.nodes.routes import after_intake, after_join, join
from agents.nodes.underwriting import underwriting
from agents.state import CaseState

STEP_LIMIT = 15  # the drawing has no loop


@cache
def decision_graph() -> CompiledStateGraph[CaseState, AgentContext, CaseState, CaseState]:
    """Return the compiled graph; it holds no state of its own."""
    graph = StateGraph(CaseState, context_schema=AgentContext)
    graph.add_node("intake", intake)
    graph.add_node("ratio", ratio)
    graph.add_node("policy", policy)
    graph.add_node("compliance", compliance)
    graph.add_node("join", join)
    graph.add_node("underwriting", underwriting)
    graph.add_node("decision", decision)
    graph.add_node("audit", audit)

    graph.add_edge(START, "intake")
    graph.add_conditional_edges("intake", after_intake, ["ratio", "audit"])
    graph.add_edge("ratio", "policy")
    graph.add_edge("ratio", "compliance")
    graph.add_edge(["policy", "compliance"], "join")
    graph.add_conditional_edges("join", after_join, ["underwriting", "audit"])
    graph.add_edge("underwriting", "decision")
    graph.add_edge("decision", "audit")
    graph.add_edge("audit", END)
    return graph.compile()
