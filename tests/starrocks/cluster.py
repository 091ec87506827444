"""A front end and a back end of StarRocks that speak Stream Load over real sockets.

The front end takes no body and points to the back end. The back end keeps labels and rows as
StarRocks does: a label is taken once, rows count when their load is committed. `plan` says for each
load in turn what goes wrong.
"""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, PASSWORD = "loader", "a password with ü and : in it"


@dataclass
class Cluster:
    """What happened and what is stored. plan: a mishap for each load, "ok" after its end.

    ok; publish_timeout; running (label taken, still at work); lost_before, lost_amid (the
    connection goes), lost_after (committed, the answer goes); fail; bad_rows (ErrorURL); http_503;
    garbage; short (says it loaded one row less); trickle (the answer comes in pieces).
    """

    plan: list[str] = field(default_factory=list)
    redirect_to: str = ""
    front_down: int = 0
    front_answer: tuple[int, str] | None = None
    second_hop: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    loads: list[dict[str, str]] = field(default_factory=list)
    front_bodies: list[int] = field(default_factory=list)
    refused_logins: int = 0
    front_url: str = ""
    back_address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stored(self, table: str) -> Counter[str]:
        return Counter(json.dumps(row, sort_keys=True) for t, row in self.rows if t == table)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def log_message(self, *args: object) -> None:
        pass

    def _reply(self, status: int, body: str, **headers: str) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def _say(self, **said: object) -> None:
        self._reply(200, json.dumps(said))

    def _is_known(self) -> bool:
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {wanted}":
            return True
        self.cluster.refused_logins += 1
        self._reply(401, json.dumps({"status": "FAILED", "msg": "Access denied"}))
        return False


class Front(_Handler):
    def do_PUT(self) -> None:
        cluster = self.cluster
        cluster.front_bodies.append(int(self.headers.get("Content-Length", 0)))
        if not self._is_known():
            return
        if cluster.front_down:
            cluster.front_down -= 1
            self._reply(503, "busy")
        elif self.headers.get("Expect") != "100-continue":
            self._say(Status="FAILED", Message="There is no 100-continue header")
        elif cluster.front_answer is not None:
            self._reply(*cluster.front_answer)
        else:
            to = cluster.redirect_to or f"http://{cluster.back_address}"
            self._reply(307, "", Location=to + self.path if "/api/" not in to else to)


class Back(_Handler):
    def do_PUT(self) -> None:
        cluster, label = self.cluster, self.headers["label"]
        if not self._is_known():
            return
        with cluster.lock:
            mishap = cluster.plan.pop(0) if cluster.plan else "ok"
            cluster.loads.append(dict(self.headers.items()))
        if cluster.second_hop:
            cluster.second_hop = False
            self.rfile.read(int(self.headers["Content-Length"]))
            self._reply(307, "", Location=f"http://{cluster.back_address}{self.path}")
            return
        if mishap == "lost_before":
            self._cut()
            return
        if mishap == "lost_amid":
            self.rfile.read(int(self.headers["Content-Length"]) // 2)
            self._cut()
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if mishap == "running" and label not in cluster.labels:
            cluster.labels[label] = "RUNNING"
            self._store(body, label, commit_as="RUNNING")
            self._cut()
            return
        if label in cluster.labels:
            state = cluster.labels[label]
            cluster.labels[label] = "FINISHED"  # what runs is over when it is asked for again
            self._say(Status="Label Already Exists", ExistingJobStatus=state, Message="taken")
            return
        self._answer(mishap, body, label)

    def _answer(self, mishap: str, body: bytes, label: str) -> None:
        match mishap:
            case "fail":
                self._say(Status="Fail", Message="too many versions")
            case "bad_rows":
                url = "http://192.0.2.9:8040/api/_load_error_log?file=error_log_1"
                self._say(Status="Fail", Message="too many filtered rows", ErrorURL=url)
            case "http_503":
                self._reply(503, "<html>busy</html>")
            case "garbage":
                self._reply(200, "<html>welcome</html>")
            case "empty":
                self._reply(200, "")
            case "lost_after":
                self._store(body, label)
                self._cut()
            case "publish_timeout":
                self._store(body, label)
                self._say(Status="Publish Timeout", Message="later")
            case "short":
                rows = self._store(body, label)
                self._say(Status="Success", NumberLoadedRows=rows - 1, NumberFilteredRows=1)
            case "trickle":
                rows = self._store(body, label)
                said = json.dumps({"Status": "Success", "NumberLoadedRows": rows})
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                for piece in said:
                    self.wfile.write(piece.encode())
                    self.wfile.flush()
            case _:
                rows = self._store(body, label)
                self._say(Status="Success", NumberLoadedRows=rows, NumberFilteredRows=0)

    def _store(self, body: bytes, label: str, commit_as: str = "FINISHED") -> int:
        if self.headers.get("compression") == "gzip":
            body = gzip.decompress(body)
        assert self.headers["format"] == "json"
        assert self.headers["strip_outer_array"] == "true"
        table = self.path.split("/")[3]
        found = json.loads(body.decode("utf-8"))
        with self.cluster.lock:
            self.cluster.labels[label] = commit_as
            self.cluster.rows += [(table, row) for row in found]
        return len(found)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextmanager
def running_cluster(**how: Any) -> Iterator[Cluster]:
    cluster = Cluster(**how)
    servers = [
        ThreadingHTTPServer(("127.0.0.1", 0), type(kind.__name__, (kind,), {"cluster": cluster}))
        for kind in (Front, Back)
    ]
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in servers]
    for thread in threads:
        thread.start()
    cluster.front_url = f"http://127.0.0.1:{servers[0].server_address[1]}"
    cluster.back_address = f"127.0.0.1:{servers[1].server_address[1]}"
    try:
        yield cluster
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
