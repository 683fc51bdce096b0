"""What is simulated: plans of cities, pasts as signed batches, files of a fleet, their truth."""
