"""A stand-in, see api_server.py."""
