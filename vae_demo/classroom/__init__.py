"""A class: rooms with a code, pupils with nicknames, tasks, and scores that the server measures.

`rooms.py` keeps the rooms in SQLite, `tasks/` has a file for each task; the names here need no
torch.
"""

#: the tasks, in the order in which they are offered
TASKS = ("eight", "fool", "guess", "repair", "beta", "caption")
