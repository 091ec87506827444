"""Says before the start whether the app can listen: `check_port.py ADDRESS PORT`.

Exit status 0 when it can, 1 when it cannot, 2 when the words are wrong.
"""

import errno
import socket
import sys


def parse_port(text: str) -> int | None:
    """Return the port, or None when the text is not one."""
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    return None


def obstacle(address: str, port: int) -> str | None:
    """Say what stands in the way of listening, and what to do; None when nothing does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    other = port + 99 if port < 65000 else 8600
    messages = {
        errno.EADDRINUSE: f"Port {port} is in use, perhaps by a Gemba that is already running. "
        f"Stop that one, or choose another port: make run PORT={other}",
        errno.EACCES: f"Port {port} needs more rights than you have. "
        "Choose one above 1024: make run PORT=8600",
        errno.EADDRNOTAVAIL: f"This machine has no address {address}. "
        "Try ADDRESS=127.0.0.1 (this machine only) or ADDRESS=0.0.0.0 (the network too).",
    }
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except socket.gaierror:
            return f"ADDRESS={address} is not an address of a machine. Try ADDRESS=127.0.0.1"
        except OSError as error:
            unknown = f"Gemba cannot listen on {address} port {port}: {error.strerror}."
            return messages.get(error.errno or 0, unknown)
    return None


def main(arguments: list[str]) -> int:
    """Print what stands in the way, if anything."""
    if len(arguments) != 2:
        print("usage: check_port.py ADDRESS PORT", file=sys.stderr)
        return 2
    address, port_text = arguments
    port = parse_port(port_text)
    if port is None:
        message = f"PORT={port_text} is not a port. Give a number from 1 to 65535: "
        print(message + "make run PORT=8600", file=sys.stderr)
        return 2
    message_or_none = obstacle(address, port)
    if message_or_none is not None:
        print(message_or_none, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
