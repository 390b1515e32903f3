"""What becomes of messages: claimed for sending, sent, failed, received; and the switch that stops it all."""
