"""How does what is shown leave the machine? The parts of the dialogs for reports and pictures."""
