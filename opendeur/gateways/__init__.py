"""Doors to what is not ours: the solver, calendar files, and mail. One library behind each."""
