"""What `make bench` runs: each piece of work beside a floor or a peer, in the same run, as a ratio."""
