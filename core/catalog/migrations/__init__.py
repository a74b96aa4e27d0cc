"""The steps that lead a shop's database from any earlier version to this one."""
