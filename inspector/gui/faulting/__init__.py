"""What is the page of page faults made of? Views over one shared span of time, and views of one process's faults."""
