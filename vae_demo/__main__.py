"""python -m vae_demo COMMAND: see `vae_demo.cli`."""

import sys

from vae_demo.cli import main

if __name__ == "__main__":
    sys.exit(main())
