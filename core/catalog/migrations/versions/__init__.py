"""One file a step, numbered in order; a published step never changes."""
