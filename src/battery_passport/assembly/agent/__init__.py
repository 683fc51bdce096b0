"""The reference collection device as a program: its state in a folder, its ways to the platform."""
