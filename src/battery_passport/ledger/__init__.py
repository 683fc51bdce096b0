"""The Merkle log of every record, its signed checkpoints, and their anchors on a chain."""
