"""`python -m battery_passport` is the command line."""

import sys

from battery_passport.cli.main import main

sys.exit(main())
