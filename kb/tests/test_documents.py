"""Whatever can be set or called is explained."""

import re
from pathlib import Path

import pytest

from digests.vocabulary import WarningCode

ROOT = Path(__file__).resolve().parent.parent.parent
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("document", [".env.example", *READMES])
def test_every_variable_is_explained(document: str) -> None:
    settings = (ROOT / "kb/settings.py").read_text(encoding="utf-8")
    variables = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)
    assert "KB_LOGIN_REQUIRED" in variables
    assert missing([*variables, "KB_ENV_FILE"], document) == []


@pytest.mark.parametrize("document", READMES)
def test_every_command_is_explained(document: str) -> None:
    commands = [path.stem for path in (ROOT / "digests/management/commands").glob("[!_]*.py")]
    assert "import_digests" in commands
    assert missing(commands, document) == []


@pytest.mark.parametrize("document", READMES)
def test_every_warning_is_explained(document: str) -> None:
    assert missing([code.value for code in WarningCode], document) == []


def missing(words: list[str], document: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [word for word in words if not re.search(rf"\b{word}\b", text)]
