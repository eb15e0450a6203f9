"""Case studies at work: exercises that check themselves, their packed answers, and how far a learner is."""
