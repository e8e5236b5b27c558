"""Who may do what: the staff groups and their permissions, in one table."""

from django.contrib.auth.models import Group, Permission

INTAKE = ("loanapplication", "borrower", "applicant", "income", "property", "liability", "asset", "ownedhome")
OUTCOME = (
    *("decisionrun", "finding", "decision", "condition", "conditionstep", "borrowerdocument", "review", "clearedhit"),
    *("partner", "intakefile"),
)
VIEW_LOANS = [
    *(f"lending.view_{model}" for model in (*INTAKE, *OUTCOME)),
    "audit.view_agenttrace",
    "policies.view_rulebookversion",
    "policies.view_policydocument",
    "policies.view_policyversion",
    "policies.view_policychunk",
    "policies.view_loanlimittable",
    "policies.view_countyloanlimit",
]

ROLES: dict[str, list[str]] = {
    "Loan officer": [
        *VIEW_LOANS,
        *(f"lending.{action}_{model}" for action in ("add", "change") for model in INTAKE),
        "lending.delete_income",
        "lending.delete_liability",
        "lending.delete_ownedhome",
        "lending.delete_asset",
        "lending.run_decision",
        "lending.receive_condition",
        "lending.add_borrowerdocument",
        "lending.set_aside_document",
        "lending.ask_second_look",
        "lending.answer_question",
    ],
    "Reviewer": [
        *VIEW_LOANS,
        "lending.export_evidence",
        "lending.resolve_review",
        "lending.ask_second_look",
        "lending.change_review",
        "lending.clear_condition",
        "lending.waive_condition",
        "lending.set_aside_document",
        "lending.run_decision",
    ],
    "Compliance officer": [
        *VIEW_LOANS,
        "lending.export_evidence",
        "lending.resolve_hold",
        "lending.ask_second_look",
        "policies.publish_rulebook",
        "lending.change_review",
        "lending.run_decision",
        "audit.view_auditevent",
        "audit.view_modelcall",
        "policies.view_sanctionslist",
        "policies.view_sanctionsentry",
    ],
    "Policy manager": [
        "policies.view_rulebookversion",
        "policies.draft_rulebook",
        "policies.check_rulebook",
        "policies.publish_rulebook",
        "policies.view_policydocument",
        "policies.view_policyversion",
        "policies.view_policychunk",
        "policies.add_policydocument",
        "policies.change_policydocument",
        "policies.view_watcheditem",
        "policies.view_loanlimittable",
        "policies.view_countyloanlimit",
        "policies.view_sanctionslist",
        "policies.view_sanctionsentry",
    ],
    "Auditor": [
        *VIEW_LOANS,
        "lending.export_evidence",
        "audit.view_auditevent",
        "audit.view_modelcall",
        "policies.view_sanctionslist",
        "policies.view_sanctionsentry",
    ],
}


def sync_roles() -> None:
    """Make each group hold exactly the permissions listed here; raises KeyError for one that does not exist."""
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for name, permissions in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([known[permission] for permission in permissions])
