"""The passport: data points, who owes them, who may see them, versions and their content."""
