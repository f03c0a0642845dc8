"""From a plan file to what may be shown: the build it stands on, draws, goals, release."""
