"""The one place that chooses adapters and joins the stages."""
