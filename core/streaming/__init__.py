"""Live values from an OPC UA server into the store."""
