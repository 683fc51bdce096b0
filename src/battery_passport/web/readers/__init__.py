"""Pages of passports for every kind of reader: preview, obligations and consignments too."""
