"""Preview and upload of the editor: who may use them, and safety of what they return."""

import errno
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from digests.tests.disks import small_disk

pytestmark = pytest.mark.django_db

PREVIEW, UPLOAD = "/editor/preview/", "/editor/upload/"


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _picture(kind: str = "PNG", size: tuple[int, int] = (3, 2)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, kind)
    return target.getvalue()


def _upload(client: Client, content: bytes, name: str = "图.png", kind: str = "image/png") -> Any:
    return client.post(UPLOAD, {"image": SimpleUploadedFile(name, content, kind)})


@pytest.mark.parametrize("address", [PREVIEW, UPLOAD])
def test_others_get_nothing(client: Client, address: str, uploads: Path) -> None:
    data = {"content": "text", "image": SimpleUploadedFile("a.png", _picture(), "image/png")}
    assert client.post(address, data).status_code == 403
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.post(address, data).status_code == 403
    no_staff = User.objects.create_user("no-staff")
    no_staff.groups.add(Group.objects.get(name="编辑"))
    client.force_login(no_staff)
    assert client.post(address, data).status_code == 403
    assert not list(uploads.iterdir())


@pytest.mark.parametrize("address", [PREVIEW, UPLOAD])
def test_only_post_is_answered(editor: Client, address: str) -> None:
    assert editor.get(address).status_code == 405


@pytest.mark.parametrize("address", [PREVIEW, UPLOAD])
def test_a_post_without_token_is_refused(editor: Client, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="editor"))
    assert strict.post(address, {"content": "text"}).status_code == 403


def test_the_preview_is_what_the_site_would_show(editor: Client) -> None:
    html = editor.post(PREVIEW, {"content": "* **问题**: 甲 <script>alert(1)</script>"}).content
    assert '<dt class="label">问题</dt>' in html.decode()
    assert b"<script" not in html


def test_a_text_that_is_too_long_is_not_previewed(editor: Client) -> None:
    assert editor.post(PREVIEW, {"content": "a" * (256 * 1024 + 1)}).status_code == 413


def test_markdownx_own_addresses_are_not_mounted(editor: Client) -> None:
    assert editor.post("/markdownx/markdownify/", {"content": "x"}).status_code == 404
    assert editor.post("/markdownx/upload/", {}).status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_an_image_is_stored_anew_and_served_shut_in(
    editor: Client, uploads: Path, kind: str
) -> None:
    code = _upload(editor, _picture(kind)).json()["image_code"]
    address = code.rsplit("(", 1)[1].rstrip(")")
    response: Any = editor.get(address)
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).format == kind
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == f"image/{kind.lower()}"
    assert Path(address).stem != "图"


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"GIF89a<script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"",
        _picture("BMP"),
        _picture("PNG")[:40],
    ],
)
def test_what_is_no_image_is_refused(editor: Client, uploads: Path, content: bytes) -> None:
    response = _upload(editor, content)
    assert response.status_code == 400
    assert response.json()["error"]
    assert not list(uploads.iterdir())


def test_what_is_hidden_behind_an_image_is_not_stored(editor: Client, uploads: Path) -> None:
    _upload(editor, _picture() + b"<script>alert(1)</script>")
    (stored,) = uploads.iterdir()
    assert b"script" not in stored.read_bytes()


def test_a_photo_of_a_phone_is_stored_as_a_jpeg(editor: Client, uploads: Path) -> None:
    target = io.BytesIO()
    first, second = (Image.new("RGB", (3, 2), color) for color in ("red", "blue"))
    first.save(target, "MPO", save_all=True, append_images=[second])
    assert _upload(editor, target.getvalue()).status_code == 200
    (stored,) = uploads.iterdir()
    with Image.open(stored) as image:
        assert image.format == "JPEG"


def test_an_animation_keeps_its_frames_but_no_comment(editor: Client, uploads: Path) -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (3, 2), color) for color in ("red", "green", "blue")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], comment=b"<script>")
    _upload(editor, target.getvalue())
    (stored,) = uploads.iterdir()
    with Image.open(stored) as image:
        assert getattr(image, "n_frames", 1) == 3
    assert b"<script>" not in stored.read_bytes()


def test_a_transparent_picture_stays_transparent(editor: Client, uploads: Path) -> None:
    target = io.BytesIO()
    Image.new("P", (3, 2), 0).save(target, "PNG", transparency=0)
    _upload(editor, target.getvalue())
    (stored,) = uploads.iterdir()
    with Image.open(stored) as image:
        assert image.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


def test_an_animation_without_end_is_refused(editor: Client, uploads: Path) -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (1, 1), ("red", "blue")[n % 2]) for n in range(501)]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert _upload(editor, target.getvalue()).status_code == 400
    assert not list(uploads.iterdir())


def test_an_image_of_too_many_pixels_or_bytes_is_refused(editor: Client, uploads: Path) -> None:
    assert _upload(editor, _picture(size=(6000, 6000))).status_code == 400
    assert _upload(editor, _picture() + b"\0" * 5 * 1024 * 1024).status_code == 400
    assert not list(uploads.iterdir())


@pytest.mark.parametrize("name", ["x.png", "a" * 32 + ".svg", "a" * 32 + ".png", "..%2fdb.sqlite3"])
def test_only_uploads_are_served(client: Client, name: str) -> None:
    assert client.get(f"/uploads/{name}").status_code == 404


# Disks that fail


def _noise(size: int) -> bytes:
    """A picture of about as many bytes as it has pixels, which no format makes smaller."""
    target = io.BytesIO()
    Image.effect_noise((size, size), 100).save(target, "PNG")
    return target.getvalue()


def test_a_full_disk_keeps_no_part_of_a_picture_and_says_so(
    editor: Client, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        settings.MEDIA_ROOT = disk
        response = _upload(editor, _noise(1500))
        assert response.status_code == 503
        assert "The disk of the site is full" in response.json()["error"]
        assert not list(disk.iterdir())
        assert "could not be stored" in caplog.text
        assert _upload(editor, _picture()).status_code == 200  # a small one has room
        assert len(list(disk.iterdir())) == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_storage_that_fails_half_way_keeps_no_part_of_a_picture(
    editor: Client, uploads: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def chunks(file: Any, chunk_size: int | None = None) -> Iterator[bytes]:
        yield file.read(20)
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr("django.core.files.base.File.chunks", chunks)
        response = _upload(editor, _picture())
    assert response.status_code == 503
    assert "was not stored" in response.json()["error"]
    assert not list(uploads.iterdir())
    assert _upload(editor, _picture()).status_code == 200


def test_a_folder_that_may_not_be_written_is_told_in_a_line(
    editor: Client, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file"
    response = _upload(editor, _picture())
    assert response.status_code == 503
    assert "cannot write" in response.json()["error"]


def test_what_a_killed_process_left_is_never_served_and_is_removed_a_day_later(
    editor: Client, uploads: Path
) -> None:
    left = uploads / ".upload-0123456789abcdef.part"
    left.write_bytes(_picture()[:20])
    _upload(editor, _picture())
    assert left.exists()  # another process may be writing it
    assert editor.get(f"/uploads/{left.name}").status_code == 404
    os.utime(left, (time.time() - 25 * 60 * 60,) * 2)
    _upload(editor, _picture())
    assert not left.exists()
    assert len(list(uploads.iterdir())) == 2


def test_a_picture_has_the_rights_that_the_umask_leaves(editor: Client, uploads: Path) -> None:
    before = os.umask(0o077)
    try:
        _upload(editor, _picture())
    finally:
        os.umask(before)
    (stored,) = uploads.iterdir()
    assert stored.stat().st_mode & 0o777 == 0o600
