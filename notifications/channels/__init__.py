"""The channels: how a message leaves the house, and what is known of it afterwards."""
