"""For maintainers: what is derived from the toolkit's own code and lists (`python -m tools`)."""
