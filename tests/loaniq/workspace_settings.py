"""Settings of a workspace under test: the test database, and a decision task that can be made slow."""

import os

from loaniq.settings import *  # noqa: F403
from loaniq.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["WORKSPACE_DATABASE"]
LOANIQ_DECISION_TASK = "tests.slow_task.decide_slowly"
