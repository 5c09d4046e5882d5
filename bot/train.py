"""``python -m bot.train``: trains the model if what it is made from has changed. Prints the model's path.

The file is named after a hash of the inputs and appears whole or not at all.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Iterator

from bot import lean_imports
from bot.quiet import quieten
from bot.settings import BOT, NLU_DATA, ONE_THREAD, home

_KEPT_MODELS = 3


def inputs() -> Iterator[Path]:
    """The files that a model is made from."""
    yield BOT / "config.yml"
    yield from sorted((BOT / "domain").glob("*.yml"))
    yield from sorted(NLU_DATA.rglob("*.yml"))
    yield from sorted((BOT / "nlu").glob("*.py"))


def fingerprint() -> str:
    """A hash of names and contents of the inputs."""
    digest = hashlib.sha256()
    for path in inputs():
        digest.update(path.relative_to(BOT.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def model_path(models: Path) -> Path:
    """Where the model of the present inputs is, or would be."""
    return models / f"{fingerprint()}.tar.gz"


def train(models: Path) -> Path:
    """The model of the present inputs, trained now if there is none; older ones but the last few are removed."""
    path = model_path(models)
    if not path.exists():
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models) as folder:
            os.replace(_train_into(Path(folder)), path)
    for old in sorted(models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)[:-_KEPT_MODELS]:
        if old != path:
            old.unlink()
    return path


def _train_into(folder: Path) -> Path:
    os.environ.update(
        ONE_THREAD, RASA_TELEMETRY_ENABLED="false", RASA_CACHE_DIRECTORY=str(folder / "cache"), RASA_MAX_CACHE_SIZE="0"
    )
    quieten()
    lean_imports.install()
    import rasa

    result = rasa.train(
        domain=str(BOT / "domain"),
        config=str(BOT / "config.yml"),
        training_files=[str(NLU_DATA)],
        output=str(folder),
        fixed_model_name="model",
        force_training=True,
    )
    if result.model is None:
        raise SystemExit("the training made no model; see the messages above")
    return Path(result.model)


def main() -> int:
    """Trains if needed."""
    models = home() / "rasa" / "models"
    fresh = not model_path(models).exists()
    print("training the bot …" if fresh else "the bot's model is up to date", flush=True)
    print(train(models))
    return 0


if __name__ == "__main__":
    sys.exit(main())
