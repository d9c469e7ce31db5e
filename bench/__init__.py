"""`make bench`: figures of one run, each a ratio against a peer measured in the same run where there is one."""
