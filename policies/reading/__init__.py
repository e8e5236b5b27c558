"""A policy PDF to sections and passages, each with its place on the page. No tables."""
