"""`python -m inspector` is `go-inspector`."""

import sys

from inspector.cli.main import main

sys.exit(main())
