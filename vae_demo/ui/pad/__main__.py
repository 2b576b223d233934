"""python -m vae_demo.ui.pad: see `vae_demo.ui.pad.serve`."""

import sys

from vae_demo.ui.pad.serve import main

if __name__ == "__main__":
    sys.exit(main())
