"""How well a method does on labelled data: items, scores and reports."""
