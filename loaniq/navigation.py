"""The sidebar: what a person's role lets them do, with the number of open cases beside each queue."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from lending.models import Review
from lending.models.review import UNRESOLVED
from lending.vocabulary import ReviewQueue

# group, then: title, icon, address, permission needed to see it
ENTRIES: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    ("", (("Today", "home", "admin:index", ""),)),
    (
        "Lending",
        (
            ("Applications", "description", "admin:lending_loanapplication_changelist", "lending.view_loanapplication"),
            ("Decision runs", "play_circle", "admin:lending_decisionrun_changelist", "lending.view_decisionrun"),
            ("Decisions", "gavel", "admin:lending_decision_changelist", "lending.view_decision"),
            ("Conditions", "checklist", "admin:lending_condition_changelist", "lending.view_condition"),
            ("Papers", "folder_open", "admin:lending_borrowerdocument_changelist", "lending.view_borrowerdocument"),
            ("Borrowers", "person", "admin:lending_borrower_changelist", "lending.view_borrower"),
        ),
    ),
    (
        "Policies",
        (
            ("Rulebook", "balance", "admin:policies_rulebookversion_changelist", "policies.view_rulebookversion"),
            ("Search", "search", "admin:policies_search", "policies.view_policychunk"),
            ("Documents", "menu_book", "admin:policies_policydocument_changelist", "policies.view_policydocument"),
            ("Passages", "format_quote", "admin:policies_policychunk_changelist", "policies.view_policychunk"),
            ("Loan limits", "map", "admin:policies_countyloanlimit_changelist", "policies.view_countyloanlimit"),
            ("Sanctions lists", "block", "admin:policies_sanctionslist_changelist", "policies.view_sanctionslist"),
            ("Listed parties", "groups", "admin:policies_sanctionsentry_changelist", "policies.view_sanctionsentry"),
        ),
    ),
    (
        "Audit",
        (
            ("Audit trail", "policy", "admin:audit_auditevent_changelist", "audit.view_auditevent"),
            ("Findings", "rule", "admin:lending_finding_changelist", "audit.view_auditevent"),
            ("Agent steps", "smart_toy", "admin:audit_agenttrace_changelist", "audit.view_auditevent"),
            ("Model calls", "forum", "admin:audit_modelcall_changelist", "audit.view_modelcall"),
            ("Cleared hits", "verified_user", "admin:lending_clearedhit_changelist", "audit.view_auditevent"),
        ),
    ),
    (
        "Administration",
        (
            ("People", "badge", "admin:auth_user_changelist", "auth.view_user"),
            ("Roles", "shield_person", "admin:auth_group_changelist", "auth.view_group"),
            ("Signatories", "signature", "admin:lending_signatory_changelist", "lending.view_signatory"),
            ("Partners", "handshake", "admin:lending_partner_changelist", "lending.change_partner"),
            ("API tokens", "key", "admin:knox_authtoken_changelist", "knox.view_authtoken"),
            ("Failed jobs", "error", "admin:django_q_failure_changelist", "django_q.view_failure"),
            ("Waiting jobs", "hourglass_empty", "admin:django_q_ormq_changelist", "django_q.view_ormq"),
        ),
    ),
)
QUEUES = (
    (ReviewQueue.UNDERWRITING, "Underwriting", "rate_review"),
    (ReviewQueue.COMPLIANCE, "Compliance", "front_hand"),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar's groups for this person: one query, for the open cases."""
    groups = [
        {"title": title, "separator": bool(title), "items": _items(request, entries)} for title, entries in ENTRIES
    ]
    if request.user.has_perm("lending.view_review"):
        groups.insert(2, {"title": "Review queue", "separator": True, "items": _queues()})
    return [group for group in groups if group["items"]]


def _items(request: HttpRequest, entries: tuple[tuple[str, str, str, str], ...]) -> list[dict[str, Any]]:
    return [
        {"title": title, "icon": icon, "link": reverse(address)}
        for title, icon, address, permission in entries
        if not permission or request.user.has_perm(permission)
    ]


def _queues() -> list[dict[str, Any]]:
    waiting = dict(
        Review.objects.filter(status__in=UNRESOLVED).order_by().values_list("queue").annotate(count=Count("pk"))
    )
    items: list[dict[str, Any]] = []
    for queue, title, icon in QUEUES:
        link = f"{reverse('admin:lending_review_changelist')}?queue__exact={queue}"
        items.append({"title": title, "icon": icon, "link": link, "active": _showing(queue)})
        if waiting.get(queue):
            items[-1] |= {"badge": waiting[queue], "badge_variant": "warning"}
    return items


def _showing(queue: str) -> Any:
    """Return the callback that marks a queue's entry while its list is open; both share one address."""
    here = reverse("admin:lending_review_changelist")
    return lambda request: request.path == here and request.GET.get("queue__exact") == queue
