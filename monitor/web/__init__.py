"""The small HTTP server beside the daemon: what is brought to us comes in here, and health is told."""
