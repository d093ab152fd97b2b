"""What Discord accepts: its own schemas, and the rules that stand in its documentation only."""
