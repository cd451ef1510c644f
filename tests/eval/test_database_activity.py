"""What a database was doing, told where a replica does not come back: who waits, behind whom, for how long."""

from __future__ import annotations

import threading

import psycopg

from eval.servers.postgres import PostgresServer


def test_who_stands_idle_in_a_transaction_and_who_waits_behind_them_is_told(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    database = postgres_url.rsplit("/", 1)[1]
    change = "UPDATE log_meta SET value = value"
    with psycopg.connect(postgres_url, application_name="holder") as holder:
        holder.execute(change)
        with psycopg.connect(postgres_url, application_name="waiter") as waiter:
            waiting = threading.Thread(target=waiter.execute, args=(change,))
            waiting.start()
            with psycopg.connect(postgres_url, autocommit=True) as looking:
                while not looking.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                    pass
            told = postgres_server.activity(database)
            holder.rollback()
            waiting.join()
    held = next(line for line in told.splitlines() if "holder" in line)
    behind = next(line for line in told.splitlines() if "waiter" in line)
    assert "idle in transaction" in held
    assert held.split("|")[0].strip() in behind.split("|")[4]
    assert "Lock:" in behind


def test_a_server_that_is_not_there_says_so(postgres_server: PostgresServer) -> None:
    assert "does not exist" in postgres_server.activity("nobody_made_it")
