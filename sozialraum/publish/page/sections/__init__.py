"""Pages of questions in one shell: plan, participation in a programme, comparison of methods."""
