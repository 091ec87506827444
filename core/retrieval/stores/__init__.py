"""Where the vectors are: Qdrant's engine in this process, or a Qdrant server, behind one port."""
