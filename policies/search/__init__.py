"""A question to the passages that answer it, stage by stage, or to an honest nothing."""
