"""The texts of the code, looked for once: it takes seconds to read all of it."""

from functools import cache

from babel.messages.catalog import Catalog

from deploy import catalogues


@cache
def template(domain: str) -> Catalog:
    """A domain's texts, to be read only."""
    return catalogues.template(domain)
