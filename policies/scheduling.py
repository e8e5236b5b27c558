"""The queue's standing order to look after the policies."""

from django.conf import settings
from django_q.models import Schedule

NAME = "policies"
TASK = "policies.tasks.look_after_policies"
OPTIONS = {"timeout": 1_800}  # seconds; one large file may take longer than a decision


def keep_schedule() -> None:
    """Make the queue look after the policies every ``POLICY_POLL_MINUTES``; safe to repeat."""
    about = {
        "func": TASK,
        "kwargs": repr({"q_options": OPTIONS}),
        "schedule_type": Schedule.MINUTES,
        "minutes": settings.POLICY_POLL_MINUTES,
    }
    Schedule.objects.update_or_create(name=NAME, defaults=about)
