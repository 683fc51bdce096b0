"""What a battery's diagnostic sheet tells, gathered and kept."""
