"""The policy manager's pages in the admin."""
