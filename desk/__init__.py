"""What people touch: the command line, the morning's findings, the local stack."""
