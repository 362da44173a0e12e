"""Requests of the Markdown editor in the admin.

The URLs of django-markdownx are not mounted, because they are open to anybody and store what they
are sent.
"""

import errno
import logging
import re
import uuid
from http import HTTPStatus
from pathlib import Path

from django.contrib.auth.decorators import user_passes_test
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digests.changes.editing import MAX_MARKDOWN_BYTES
from digests.models import Reader
from digests.rendering import preview as render_preview

_logger = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|webp|gif)")


def _is_editor(user: Reader) -> bool:
    """True for users who may change topics in the admin. Others are refused by an error, because a
    False would redirect them to the login page."""
    if not (user.is_active and user.is_staff and user.has_perm("digests.change_topic")):
        raise PermissionDenied
    return True


@require_POST
@user_passes_test(_is_editor)
def preview(request: HttpRequest) -> HttpResponse:
    """Render ``content`` as HTML as the site would show it."""
    content = request.POST.get("content", "")
    if len(content.encode(errors="replace")) > MAX_MARKDOWN_BYTES:
        return HttpResponse(_("The text is too long to be previewed."), status=413)
    return HttpResponse(render_preview(content))


@require_POST
@user_passes_test(_is_editor)
def upload(request: HttpRequest) -> JsonResponse:
    """Store ``image`` under a new name. The answer holds the Markdown that shows it."""
    file = request.FILES.get("image")
    if file is None:
        return JsonResponse({"error": _("No image was sent.")}, status=400)
    # Here, because Pillow takes 2 MB, and most processes are never sent an image.
    from digests.pages.editor.images import ImageError, clean_image  # noqa: PLC0415

    try:
        content, suffix = clean_image(file, file.size or 0)
    except ImageError as error:
        return JsonResponse({"error": str(error)}, status=400)
    try:
        name = default_storage.save(f"{uuid.uuid4().hex}.{suffix}", ContentFile(content))
    except OSError as error:
        _logger.error("A picture could not be stored: %s", error)
        return JsonResponse({"error": _unstored(error)}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    # The name goes into Markdown, so it may hold no sign with a meaning there.
    alternative = re.sub(r"[^\w -]+", "", Path(file.name or "").stem)
    return JsonResponse({"image_code": f"![{alternative}]({default_storage.url(name)})"})


def _unstored(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _("The disk of the site is full: the picture was not stored.")
    return _("The site cannot write to its disk: the picture was not stored.")


@require_safe
def uploaded(request: HttpRequest, name: str) -> FileResponse:
    """Serve an uploaded image under a policy that lets nothing in it run."""
    if not _NAME.fullmatch(name) or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
