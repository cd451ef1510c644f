"""Real PostgreSQL and Valkey servers from packages, started without a container: for contract suites and fault runs."""
