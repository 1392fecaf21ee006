"""Pure functions from a text to spans or numbers; no rule logic, no input or output."""
