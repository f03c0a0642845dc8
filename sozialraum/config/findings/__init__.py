"""What is wrong with a file, told in German: refusals of steps, and keys there once were."""
