"""An examination of the diagnosis on simulated cars with faults, whose truth is opened last."""
