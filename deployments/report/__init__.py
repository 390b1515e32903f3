"""The board report: one HTML file that opens offline, prints to A4 and can be read aloud."""
