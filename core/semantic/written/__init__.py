"""A SemanticQuery as JSON that a language model can write, and back.

    bounds     the most of everything
    fields     an object's fields, read strictly
    writing    query -> JSON, without what is left to its default
    values     conditions, and values of their column's type
    figures    measures
    reading    JSON -> query
    soundness  whether the query can be compiled, and means something

`from_json(to_json(q), model)` is `q`, for every sound query. Nothing read is trusted: what is not a
sound query over the model is ModelFixable, with a hint that names the field.
"""

from __future__ import annotations

from core.semantic.written.reading import from_json
from core.semantic.written.writing import to_json

__all__ = ["from_json", "to_json"]
