"""Engines that run governed SQL. Import the module of the engine that is needed."""
