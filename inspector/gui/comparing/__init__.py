"""What is the page of comparisons made of? What leaves it, as text and as a picture."""
