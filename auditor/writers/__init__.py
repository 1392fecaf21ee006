"""Writers: what was found, for machines and for people. Each file of this package writes one kind of output."""
