"""Pages of dismantlers: intake, removal, handing over as waste."""
