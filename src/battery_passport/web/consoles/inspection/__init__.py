"""Pages of inspectors: find a battery, measure nine items, sign, next one."""
