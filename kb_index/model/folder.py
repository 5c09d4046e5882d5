"""Writes a packed model as an ordinary sentence-transformers folder (a BERT, mean pooling, normalisation)."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from kb_index.model.packed import FloatArray, PackedModel

MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
_LAYER_NAMES = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def write_folder(model: PackedModel, weights: dict[str, FloatArray], folder: Path) -> None:
    """Writes ``weights`` (:func:`bert_weights`, perhaps tuned), tokenizer and configuration into ``folder``, which exists and is
    empty."""
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    make_tokenizer(model).save(str(folder / "tokenizer.json"))
    for name, content in _configuration(model).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), "utf-8")


def bert_weights(model: PackedModel) -> dict[str, FloatArray]:
    """The tensors under the names that ``transformers.BertModel`` gives them; those of a layer are ``(out, in)``."""
    weights = {theirs: model.tensors[ours] for ours, theirs in _EMBEDDING_NAMES.items()}
    for layer in range(model.shape.layers):
        for ours, theirs in _LAYER_NAMES.items():
            weights[f"encoder.layer.{layer}.{theirs}"] = model.tensors[f"l{layer}.{ours}"]
    hidden = model.shape.hidden  # nothing uses the pooler, but transformers warns without one
    weights["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    weights["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    return weights


def make_tokenizer(model: PackedModel) -> Tokenizer:
    """The Unigram tokenizer of XLM-RoBERTa over the packed vocabulary."""
    tokenizer = Tokenizer(models.Unigram(model.pieces, model.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace("▁", prepend_scheme="always")
    bos, eos = (model.pieces[token][0] for token in (model.bos, model.eos))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, model.bos), (eos, model.eos)],
    )
    tokenizer.add_special_tokens([model.pieces[token][0] for token in (model.bos, model.pad, model.eos, model.unk)])
    return tokenizer


def _configuration(model: PackedModel) -> dict[str, object]:
    shape = model.shape
    special = {name: model.pieces[token][0] for name, token in _specials(model).items()}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.epsilon,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "bos_token_id": model.bos,
            "eos_token_id": model.eos,
            "pad_token_id": model.pad,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "clean_up_tokenization_spaces": False,
            **special,
        },
        "special_tokens_map.json": special,
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
    }


def _specials(model: PackedModel) -> dict[str, int]:
    return {
        "bos_token": model.bos,
        "eos_token": model.eos,
        "sep_token": model.eos,
        "cls_token": model.bos,
        "pad_token": model.pad,
        "unk_token": model.unk,
    }
