"""What stands in the window? One module per panel; each draws the store's state and sends requests."""
