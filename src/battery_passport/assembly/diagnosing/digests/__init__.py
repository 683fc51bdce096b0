"""What a diagnosis needs of a part of the history, made once for each part."""
