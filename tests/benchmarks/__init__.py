"""How long the main jobs take, beside their floors: `just bench`. Never part of the gate, never asserted."""
