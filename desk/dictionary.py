"""``docs/data-dictionary.md``: the database as its comments describe it.

``python -m desk.dictionary [--check]`` writes or checks the page, from a database that is migrated for it on an
embedded PostgreSQL of its own; ``--url`` reads another one.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.store import embedded
from processing.store.connect import connect
from processing.store.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "data-dictionary.md"

RELATIONS: LiteralString = """
    SELECT c.relname AS name, c.relkind = 'v' AS is_view, coalesce(obj_description(c.oid), '') AS comment
      FROM pg_class AS c
     WHERE c.relnamespace = 'press'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND c.relname <> 'schema_version'
     ORDER BY c.relname
"""
COLUMNS: LiteralString = """
    SELECT c.relname AS relation, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           NOT a.attnotnull AS nullable,
           CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated <> '' THEN 'generated'
                ELSE coalesce(pg_get_expr(d.adbin, d.adrelid), '') END AS standard,
           coalesce(col_description(c.oid, a.attnum), '') AS comment
      FROM pg_class AS c
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'press'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND c.relname <> 'schema_version'
     ORDER BY c.relname, a.attnum
"""
CONSTRAINTS: LiteralString = """
    SELECT c.relname AS relation, k.contype::text AS kind, pg_get_constraintdef(k.oid, true) AS definition,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS key (number, place)
                   JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = key.number
                  ORDER BY key.place) AS columns,
           coalesce(f.relname, '') AS refers_to
      FROM pg_constraint AS k
      JOIN pg_class AS c ON c.oid = k.conrelid
      LEFT JOIN pg_class AS f ON f.oid = k.confrelid
     WHERE c.relnamespace = 'press'::regnamespace AND k.contype IN ('p', 'u', 'f', 'c')
       AND c.relname <> 'schema_version'
     ORDER BY c.relname, array_position(ARRAY['p', 'u', 'f', 'c'], k.contype::text), k.conname
"""
_CHECK = re.compile(r"^CHECK \((.*)\)$", re.S)
_LISTED = re.compile(r"\"?\w+\"? = ANY \(ARRAY\[(.*)\]\)", re.S)
_CAST = re.compile(r"::(?:text|double precision|real|integer)\b")


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view."""

    name: str
    is_view: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or a view."""

    relation: str
    name: str
    type: str
    nullable: bool
    standard: str
    comment: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """A primary key (p), a unique one (u), a foreign one (f) or a check (c)."""

    relation: str
    kind: str
    definition: str
    columns: list[str]
    refers_to: str


@dataclass(frozen=True, slots=True)
class Schema:
    """What the database says of schema ``press``."""

    relations: Sequence[Relation]
    columns: Sequence[Column]
    constraints: Sequence[Constraint]

    def columns_of(self, relation: str) -> list[Column]:
        return [column for column in self.columns if column.relation == relation]

    def constraints_of(self, relation: str) -> list[Constraint]:
        return [constraint for constraint in self.constraints if constraint.relation == relation]

    def uncommented(self) -> list[str]:
        """Tables, views and columns that bear no comment, as ``relation`` or ``relation.column``."""
        bare = [one.name for one in self.relations if not one.comment]
        return bare + [f"{one.relation}.{one.name}" for one in self.columns if not one.comment]


def read(conn: Connection[TupleRow]) -> Schema:
    """The schema of a migrated database."""
    with (
        conn.cursor(row_factory=class_row(Relation)) as relations,
        conn.cursor(row_factory=class_row(Column)) as columns,
        conn.cursor(row_factory=class_row(Constraint)) as constraints,
    ):
        return Schema(
            relations.execute(RELATIONS).fetchall(),
            columns.execute(COLUMNS).fetchall(),
            constraints.execute(CONSTRAINTS).fetchall(),
        )


def page(schema: Schema) -> str:
    """The page: the views first, since they are what people start from, then the tables."""
    views = [one for one in schema.relations if one.is_view]
    tables = [one for one in schema.relations if not one.is_view]
    lines = [
        "# Data dictionary",
        "",
        "<!-- Generated from the comments of the database by `python -m desk.dictionary`. Do not edit. -->",
        "",
        "Everything is in the schema `press`. Start from the views; the role `vedette_reader` reads all of it and"
        " changes nothing (`GRANT vedette_reader TO …`). The same texts stand in the database: `\\d+ press.v_mention`."
        " Times are instants (`timestamptz`). [queries.md](queries.md) has questions and their SQL.",
    ]
    for heading, relations in (("Views", views), ("Tables", tables)):
        lines += ["", f"## {heading}", "", "| name | what it is |", "| --- | --- |"]
        lines += [f"| [`{one.name}`](#{one.name}) | {_cell(one.comment)} |" for one in relations]
    for one in views:
        lines += [
            "",
            f"### {one.name}",
            "",
            one.comment,
            "",
            "| column | type | what it is |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| `{column.name}` | {_cell(column.type)} | {_cell(column.comment)} |"
            for column in schema.columns_of(one.name)
        ]
    for one in tables:
        lines += _table(one, schema.columns_of(one.name), schema.constraints_of(one.name))
    return "\n".join(lines) + "\n"


def _table(table: Relation, columns: Sequence[Column], constraints: Sequence[Constraint]) -> list[str]:
    allowed = {}
    others = []
    for constraint in constraints:
        condition = _condition(constraint.definition)
        if constraint.kind == "c" and (values := _allowed(condition)):
            allowed[constraint.columns[0]] = values
        elif constraint.kind == "c":
            others.append(f"`{condition}`")
        elif constraint.kind == "u" and len(constraint.columns) > 1:
            others.append(f"`{', '.join(constraint.columns)}` together unique")
    lines = ["", f"### {table.name}", "", table.comment, ""]
    lines += ["| column | type | null | key | what it is |", "| --- | --- | --- | --- | --- |"]
    for column in columns:
        told = _cell(column.comment)
        if column.name in allowed:
            told += " One of " + ", ".join(f"`{value}`" for value in allowed[column.name]) + "."
        if column.standard not in ("", "identity"):
            told += (
                f" Default: `{_cell(column.standard)}`." if column.standard != "generated" else " Generated."
            )
        key = ", ".join(_key(constraint) for constraint in constraints if _is_key_of(constraint, column))
        null = "yes" if column.nullable else ""
        lines.append(f"| `{column.name}` | {_cell(column.type)} | {null} | {key} | {told} |")
    if others:
        lines += ["", "Always: " + "; ".join(others) + "."]
    return lines


def _is_key_of(constraint: Constraint, column: Column) -> bool:
    if constraint.kind == "u":
        return constraint.columns == [column.name]
    return constraint.kind in "pf" and column.name in constraint.columns


def _key(constraint: Constraint) -> str:
    match constraint.kind:
        case "p":
            return "primary"
        case "u":
            return "unique"
        case _:
            return f"→ [`{constraint.refers_to}`](#{constraint.refers_to})"


def _condition(definition: str) -> str:
    """What a check asks for, without the word and the casts."""
    found = _CHECK.match(definition)
    return " ".join(_CAST.sub("", found[1] if found else definition).split())


def _allowed(condition: str) -> list[str]:
    """The values of ``column IN (…)``; none of any other condition."""
    found = _LISTED.fullmatch(condition)
    return re.findall(r"'((?:[^']|'')*)'", found[1]) if found else []


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say whether it is fresh (status 1 when it is not)."""
    parser = argparse.ArgumentParser(prog="python -m desk.dictionary", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the page is fresh")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (default: %(default)s)")
    parser.add_argument("--url", help="a migrated database to read (default: an embedded one, made for this)")
    options = parser.parse_args(arguments)
    fresh = page(_schema(options.url))
    if not options.check:
        options.page.write_text(fresh, encoding="utf-8")
    elif not options.page.exists() or options.page.read_text(encoding="utf-8") != fresh:
        sys.stderr.write(f"{options.page} is stale: run `python -m desk.dictionary`\n")
        return 1
    return 0


def _schema(url: str | None) -> Schema:
    if url is not None:
        with connect(url) as conn:
            return read(conn)
    # A short name keeps the path of the server's socket under the system's limit.
    with (
        tempfile.TemporaryDirectory(prefix="vedette-", ignore_cleanup_errors=True) as home,
        embedded.server(Path(home) / "postgresql") as made,
    ):
        migrate(made)
        with connect(made) as conn:
            return read(conn)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
