"""Parquet: typed columns, each with its meaning in its metadata, so that whoever opens the file finds it there."""

import json
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pyarrow import csv
from pyarrow import parquet as pq

from server.exports.writing.about import About

BLOCK = 8 * 1024 * 1024  # bytes of CSV read at a time: a row group
TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "time": pa.timestamp("s", tz="UTC"),
}


def write_parquet(path: Path, about: About, rows: BinaryIO) -> None:
    fields = [
        pa.field(column.name, TYPES[column.type], metadata={"meaning": column.meaning})
        for column in about.columns
    ]
    schema = pa.schema(fields, metadata={"title": about.title, "notes": json.dumps(about.notes)})
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        if not rows.peek(1):  # type: ignore[attr-defined]  # an empty table is no CSV to pyarrow
            return
        batches = csv.open_csv(
            rows,
            read_options=csv.ReadOptions(
                use_threads=False, block_size=BLOCK, column_names=[field.name for field in fields]
            ),
            convert_options=csv.ConvertOptions(
                column_types=schema,
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
            ),
        )
        for batch in batches:
            file.write_batch(batch.cast(schema))
