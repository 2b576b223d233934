"""Lessons: steps over several pages, with questions and answers, packed into one link."""
