"""Pages of manufacturers and economic operators: models, batteries, what is owed, recalls."""
