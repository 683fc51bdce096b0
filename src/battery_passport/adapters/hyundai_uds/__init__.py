"""Responses of a Hyundai or Kia battery computer, as ELM327 lines or candump text."""
