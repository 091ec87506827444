"""A stream in a process of its own, to be killed."""

import asyncio
import json
import sys
from contextlib import closing
from pathlib import Path

from core.streaming.buffer import Buffer
from core.streaming.sinks import DuckDBSink
from core.streaming.stream import Stream, StreamState
from tests.streaming.small import small_mapping, small_model


def main() -> None:
    folder, port = json.loads(sys.argv[1])
    model = small_model(Path(folder))
    mapping = small_mapping(Path(folder), model, port, history=True, hold_min=60)
    said: list[bool] = []

    def tell(state: StreamState) -> None:
        if state.connected and not said:
            said.append(True)
            print("connected", flush=True)

    with closing(Buffer(Path(folder) / "state" / "line.db", 1 << 26)) as buffer:
        sink = DuckDBSink(Path(folder) / "works.duckdb", model.tables)
        stream = Stream(
            mapping, model.tables["minutes"], buffer, sink, batch_s=0.1, told=tell,
            first_pause_s=0.05,
        )  # fmt: skip
        asyncio.run(stream.run(asyncio.Event()))


if __name__ == "__main__":
    main()
