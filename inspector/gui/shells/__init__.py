"""What are the parts of the page about shells made of? One module per panel."""
