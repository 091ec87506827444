"""The passes that read items into a draft; `core.language.interpret` calls them in order."""
