"""Backup and restore of the shared database: log, small tables and shop, as of one moment, while replicas run. Blocking.

Above: `aisle db`. Below: backup (the archive), psycopg's COPY. The tables' shape travels with their rows, so that a backup needs
no release to be understood; after the restore the log climbs to this release's version.
"""

from __future__ import annotations

import json
import secrets
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Column, Connection, Engine, MetaData, Table, create_engine, text
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from assistant.sealing.key_tables import TABLE_NAMES as KEY_TABLES
from assistant.stores.backup import BackupRefused, new_archive, open_archive
from assistant.stores.database import for_tables
from assistant.stores.upgrading import bring_up_to_date

SHAPES: Final = "tables.json"
_CHUNK: Final = 1 << 20
Told = Callable[[str], None]


def back_up(url: str, archive: Path, tell: Told) -> None:
    """Raises BackupRefused, OSError, SQLAlchemyError, psycopg.Error."""
    engine = _engine(url)
    with new_archive(archive, "postgresql") as made, engine.connect() as db:
        db = db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        tables = _tables(db)
        if "events" not in tables:
            raise BackupRefused("there is no log in that database: nothing to back up")
        made.writestr(SHAPES, json.dumps({name: _shape(db, table) for name, table in tables.items()}))
        for name in tables:
            tell(f"{name}: {_copy_out(db, made, name):,} bytes")
    engine.dispose()


def _tables(db: Connection) -> dict[str, Table]:
    """Without the keys: they are copied apart, and a backup brings none back that was destroyed since."""
    metadata = MetaData()
    metadata.reflect(db)
    return {table.name: table for table in metadata.sorted_tables if table.name not in KEY_TABLES}


def _shape(db: Connection, table: Table) -> dict[str, Any]:
    numbered = [column.name for column in table.columns if column.identity is not None or _serial(column)]
    return {
        "make": [str(CreateTable(table).compile(db.engine)), *_indexes(db, table)],
        "numbered": numbered,
    }


def _serial(column: Column[Any]) -> bool:
    return "nextval" in str(getattr(column.server_default, "arg", ""))


def _indexes(db: Connection, table: Table) -> list[str]:
    return [
        str(CreateIndex(index).compile(db.engine)) for index in sorted(table.indexes, key=lambda one: str(one.name))
    ]


def _copy_out(db: Connection, made: zipfile.ZipFile, name: str) -> int:
    size = 0
    asked = f'COPY "{name}" TO STDOUT'.encode()
    with made.open(f"{name}.copy", "w", force_zip64=True) as out, _cursor(db) as cursor, cursor.copy(asked) as rows:
        for row in rows:
            size += out.write(row)
    return size


def restore(url: str, archive: Path, *, replace: bool, tell: Told) -> None:
    """In one transaction: all of it or nothing. Raises BackupRefused, OSError, SQLAlchemyError, psycopg.Error."""
    engine = _engine(url)
    with open_archive(archive, "postgresql") as made, engine.begin() as db:
        shapes: dict[str, dict[str, Any]] = json.loads(made.read(SHAPES))
        _clear(db, replace)
        for name, shape in shapes.items():
            for statement in shape["make"]:
                db.execute(text(statement.replace(":", r"\:")))
            _copy_in(db, made, name)
            for column in shape["numbered"]:
                _count_on(db, name, column)
            tell(f"{name} is back")
        _begin_anew(db)
    engine.dispose()
    bring_up_to_date(url)


def _clear(db: Connection, replace: bool) -> None:
    there = _tables(db)
    if there and not replace:
        raise BackupRefused(
            f"the database is not empty ({', '.join(list(there)[:3])}, …): make a new one, or give --replace"
        )
    others = db.execute(
        text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'aisle'")
    ).scalar()
    if others:
        raise BackupRefused(f"replicas have that database open ({others} connections): end them first")
    for name in there:
        db.execute(text(f'DROP TABLE "{name}" CASCADE'))


def _copy_in(db: Connection, made: zipfile.ZipFile, name: str) -> None:
    asked = f'COPY "{name}" FROM STDIN'.encode()
    with made.open(f"{name}.copy") as rows, _cursor(db) as cursor, cursor.copy(asked) as copy:
        while chunk := rows.read(_CHUNK):
            copy.write(chunk)


def _count_on(db: Connection, name: str, column: str) -> None:
    db.execute(
        text(
            f'SELECT setval(pg_get_serial_sequence(:name, :column), (SELECT coalesce(max("{column}"), 0) + 1 FROM "{name}"), false)'
        ),
        {"name": f'"{name}"', "column": column},
    )


def _begin_anew(db: Connection) -> None:
    """Another generation, and leases that nobody holds."""
    db.execute(text("UPDATE conversations SET owner = '', owner_key = 0, leased_until = 0 WHERE owner <> ''"))
    db.execute(text("DELETE FROM log_meta WHERE name = 'generation'"))
    generation = secrets.token_hex(8).encode()
    db.execute(text("INSERT INTO log_meta (name, value) VALUES ('generation', :value)"), {"value": generation})


def _cursor(db: Connection) -> psycopg.Cursor[Any]:
    driver: Any = db.connection.driver_connection
    cursor: psycopg.Cursor[Any] = driver.cursor()
    return cursor


def _engine(url: str) -> Engine:
    return create_engine(for_tables(url), poolclass=NullPool, connect_args={"connect_timeout": 5})
