"""What cites a reference."""

from django.db.models import Prefetch, QuerySet

from digests.models import Digest, Reference, Topic
from digests.queries.rows import listed_topics, texts_of_digest


def digests_citing(reference: Reference) -> QuerySet[Digest]:
    """Those that cite it before their first topic."""
    citing = reference.citations.filter(digest__isnull=False).values("digest")
    return Digest.objects.filter(pk__in=citing).newest_first().defer(*texts_of_digest())


def topics_citing(reference: Reference) -> QuerySet[Topic]:
    """Each with its citations of this reference alone as ``citing``."""
    cites = reference.citations.filter(topic__isnull=False)
    prefetch = Prefetch("citations", cites.order_by("position").defer("html"), to_attr="citing")
    return listed_topics().filter(pk__in=cites.values("topic")).prefetch_related(prefetch)
