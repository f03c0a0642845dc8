"""``batch``: many builds from one list, in processes of this machine or on a cluster."""
