"""`python -m autograder.cli`, where the command itself is not on the path."""

import sys

from autograder.cli.main import main

sys.exit(main())
