"""What is wrong: one file per rule with its remedy's plan beside it; pure judgements over a Snapshot."""
