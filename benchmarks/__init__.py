"""What the limits of the project say, measured. ``python -m benchmarks`` runs all of it."""
