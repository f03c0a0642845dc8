"""What a build computes beside its index where its file asks for it."""
