"""What each command of the command line does; `cli.py` has their options."""
