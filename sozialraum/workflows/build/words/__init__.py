"""Sentences of a build: findings, outreach, certainty, space, questions asked afterwards."""
