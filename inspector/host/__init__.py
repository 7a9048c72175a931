"""Where we look: the read-only door to a machine; this machine, a folder that poses as one, a host with planned files laid over it."""
