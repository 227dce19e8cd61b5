"""What became of a policy (政策评价): who could have it, knew, applied, got it; and what a change of it would do."""
