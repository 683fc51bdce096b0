"""What access asks of the record store and of whoever seals, hashes and sends."""
