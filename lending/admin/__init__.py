"""The officer's workspace: applications, runs and decisions, the review queue, borrowers and partners."""

from lending.admin import applications, decisions, incomes, parties, reviews, signatories

__all__ = ["applications", "decisions", "incomes", "parties", "reviews", "signatories"]
