pytest_plugins = ["tests.postgres", "tests.databases"]
