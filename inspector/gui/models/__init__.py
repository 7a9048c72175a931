"""How do rows reach a view? One keyed model for every tree and table of the window."""
