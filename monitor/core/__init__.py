"""Pure decisions. Nothing here reads a clock, a file, a database or the network; the linter checks it."""
