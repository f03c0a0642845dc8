"""What is done to indicators before they are standardised."""
