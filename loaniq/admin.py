"""Where Django looks for admin classes: those of this app are in ``loaniq.accounts``."""

from loaniq import accounts

__all__ = ["accounts"]
