from collections.abc import Iterator
from typing import Any

from django.contrib import admin


class DefaultedFilter(admin.SimpleListFilter):
    """A filter without “all”: the first of its ``lookups`` applies until another is chosen."""

    def value(self) -> str:
        return super().value() or str(self.lookup_choices[0][0])

    def choices(self, changelist: Any) -> Iterator[Any]:
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == lookup,
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }
