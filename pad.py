"""The drawing pad where one file is run, as on a Hugging Face Gradio Space: python pad.py"""

import sys

from vae_demo.ui.pad.serve import main

sys.exit(main())
