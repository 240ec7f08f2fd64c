"""What a page costs, and how many people the site serves at once, beside another commit."""
