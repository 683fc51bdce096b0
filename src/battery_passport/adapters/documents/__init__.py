"""Documents on paper: our own templates set by typst, with a Korean typeface."""
