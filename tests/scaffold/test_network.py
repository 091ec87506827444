"""Tests reach nothing but this machine; were that not so, a pass would depend on the network."""

import socket

import pytest


def test_another_host_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(AssertionError, match="only loopback"):
        outward.connect(("192.0.2.1", 80))


def test_a_name_stands_for_nothing() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("example.org", 80), timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
