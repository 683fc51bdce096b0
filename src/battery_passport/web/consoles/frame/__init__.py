"""What the pages of every role share: frame, lists, forms, figures, answers."""
