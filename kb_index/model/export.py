"""Makes the ONNX graph of any BERT-like sentence-transformers folder with mean pooling."""

import json
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file

from kb_index.model.calibrate import measure_reach
from kb_index.model.graph import GraphOptions, build_graph
from kb_index.model.packed import BadModel


def can_export(folder: Path) -> bool:
    """Whether ``folder`` is a BERT with safetensors weights, mean pooling and no further layer but normalisation."""
    try:
        config = _json(folder / "config.json")
        pooling = _json(folder / "1_Pooling" / "config.json")
        kinds = [module["type"].rsplit(".", 1)[-1] for module in _json(folder / "modules.json")]
    except (OSError, ValueError, KeyError):
        return False
    mean = bool(pooling.get("pooling_mode_mean_tokens") or pooling.get("pooling_mode") == "mean")
    files = (folder / "model.safetensors").is_file() and (folder / "tokenizer.json").is_file()
    known = kinds[:2] == ["Transformer", "Pooling"] and kinds[2:] in ([], ["Normalize"])
    return files and mean and known and config.get("model_type") == "bert" and config.get("hidden_act") == "gelu"


def export_graph(folder: Path, target: Path) -> None:
    """Writes the graph of the model in ``folder`` to the file ``target``, in 8 bits."""
    config = _json(folder / "config.json")
    weights = {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
    options = GraphOptions(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])
    try:
        exact = build_graph(weights, options)
    except KeyError as error:
        raise BadModel(f"{folder.name} has no weight {error}") from error
    target.write_bytes(build_graph(weights, options, measure_reach(exact, folder / "tokenizer.json")))


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
