"""The siege: nights on the sample press during which something is killed, cut, filled or locked at a random moment."""
