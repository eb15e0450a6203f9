"""What is fast, against what: each figure is a ratio measured in one run."""
