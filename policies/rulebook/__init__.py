"""Dated rules and limits, held against facts; their versions from draft to published."""
