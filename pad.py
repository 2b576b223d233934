"""Start the Gradio drawing pad: python pad.py, as a Hugging Face Gradio Space does."""

import sys

from vae_demo.ui.pad.serve import main

sys.exit(main())
