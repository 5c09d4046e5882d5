"""One way of writing for the many ways in which people type: no accents, no capitals, abbreviations written out."""

import re
import unicodedata

_ABBREVIATIONS = {
    "n": "nao", "ñ": "nao", "nn": "nao", "naum": "nao", "nop": "nao",
    "s": "sim", "ss": "sim", "sm": "sim", "siim": "sim",
    "vc": "voce", "vcs": "voces", "ce": "voce", "cê": "voce", "oce": "voce",
    "q": "que", "oq": "o que", "pq": "porque", "pra": "para", "pro": "para o", "pras": "para as", "p": "para",
    "obg": "obrigado", "obgd": "obrigado", "obgda": "obrigada", "obrig": "obrigado", "brigado": "obrigado",
    "brigada": "obrigada", "vlw": "valeu", "flw": "falou", "blz": "beleza", "tb": "tambem", "tbm": "tambem",
    "pfv": "por favor", "pf": "por favor", "pfvr": "por favor", "plz": "please", "hj": "hoje", "ctz": "certeza",
    "td": "tudo", "mt": "muito", "mto": "muito", "mta": "muita", "dps": "depois", "aki": "aqui", "eh": "e",
    "qro": "quero", "qria": "queria", "to": "estou", "tou": "estou", "ta": "esta", "tá": "esta", "c": "com",
    "msm": "mesmo", "cmg": "comigo", "qdo": "quando", "qnd": "quando", "msg": "mensagem", "bdia": "bom dia",
    "dnv": "de novo", "ngm": "ninguem", "alguem": "alguem", "vdd": "verdade", "agr": "agora", "cade": "cade",
    "fzr": "fazer", "fz": "faz", "resp": "resposta", "tks": "thanks", "thx": "thanks",
    "vsf": "vai se foder", "vtnc": "vai tomar no cu", "pqp": "puta que pariu", "fdp": "filho da puta",
    "abs": "abracos", "att": "atenciosamente", "fds": "fim de semana", "sos": "socorro", "brigadao": "obrigado",
    "brigadinha": "obrigada", "brigadinho": "obrigado", "ahn": "aham", "aha": "aham", "ahan": "aham",
}  # fmt: skip
_EMOJI = {
    **dict.fromkeys("👍👌✅✔🆗", " sim "), **dict.fromkeys("👎❌🚫", " nao "), **dict.fromkeys("🙏", " obrigado "),
    **dict.fromkeys("👏😍❤😀😃😄😁🙂😊🥰🎉💯", " otimo "), **dict.fromkeys("😡🤬😠😤", " que raiva "), "👋": " oi ",
    "⭐": " estrela ", "🌟": " estrela ",
}  # fmt: skip
_PROTOCOL = re.compile(r"\b\d{4}\s*[-./]\s*\d{6,9}\s*[-./]\s*\d\b|\b20\d{9}\b")
_URL = re.compile(r"https?://\S+|www\.\S+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_TOKEN = re.compile(r"[^\W_]+|\?|[\U00002190-\U000027bf\U00002b00-\U00002bff\U0001f000-\U0001faff]")
_SCORES = frozenset("12345")


def fold(text: str) -> str:
    """The text as the classifier sees it: lower case, unaccented, abbreviations expanded, one space between tokens."""
    plain = _replace_shapes(text)
    plain = "".join(char for char in unicodedata.normalize("NFKD", plain.lower()) if not unicodedata.combining(char))
    plain = _STRETCHED.sub(r"\1", plain)
    return " ".join(_written_out(token) for token in _TOKEN.findall(plain))


def _replace_shapes(text: str) -> str:
    """Protocols, addresses and links stand for their kind, so that one of them is like any other."""
    text = "".join(_EMOJI.get(char, char) for char in text)
    text = _URL.sub(" enderecoweb ", text)
    text = _EMAIL.sub(" enderecoemail ", text)
    return _PROTOCOL.sub(" numeroprotocolo ", text)


def _written_out(token: str) -> str:
    if token.isdigit():
        return f"nota{token}" if token in _SCORES else "numero"
    return _ABBREVIATIONS.get(token, token)
