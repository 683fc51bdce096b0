"""What the consortium's contracts are told, and what they say, without any chain at hand."""
