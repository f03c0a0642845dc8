"""The files of a build, one kind after the other, on the areas of the build."""
