"""One file a verb, and the service layer between them."""
