"""What people ask of a desk over months, and when: a model of it, and the past of a demo that was never used."""
