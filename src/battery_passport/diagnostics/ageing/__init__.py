"""How a cell fades over its cycles, and when it will reach the end of its life."""
