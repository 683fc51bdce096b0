"""Evaluation of methods on folders of labelled data."""
