"""The reference collection device: cuts, seals, keeps and delivers batches."""
