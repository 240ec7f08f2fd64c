"""What a person sees and types: a package for each audience, and what they share."""
