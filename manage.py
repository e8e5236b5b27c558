"""Entry point of every LoanIQ command."""

import os
import sys


def main() -> None:
    """Run one management command with LoanIQ's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
