"""The officer's workspace: applications, runs and decisions, the review queue, borrowers and partners."""

from lending.admin import applications, conditions, decisions, documents, incomes, parties, reviews, signatories

__all__ = ["applications", "conditions", "decisions", "documents", "incomes", "parties", "reviews", "signatories"]
