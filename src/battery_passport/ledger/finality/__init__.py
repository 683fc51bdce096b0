"""Proofs that a consortium's validators agreed on an anchor, checked by a stranger offline."""
