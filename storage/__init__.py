"""Tables, the database and the queries on it. Knows nobody else in this project."""
