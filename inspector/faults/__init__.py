"""What we measure: fault counters of processes over time, their rates, and where in the code they happen."""
