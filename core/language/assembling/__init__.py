"""The stages that turn a draft into a query; `core.language.assemble` calls them in order."""
