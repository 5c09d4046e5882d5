"""How people put a question: the abbreviations they type, and what kind of thing they ask for.

Two articles about one thing often differ only in what is asked of it (what is it, how is it done, until when, how much). Vectors
blur that; a few patterns over folded words tell it. The kinds were thought out from Portuguese grammar, and each is only one
feature among others, whose weight is learnt.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

KindArray = NDArray[np.uint32]
FloatArray = NDArray[np.float32]

ABBREVIATIONS = {
    "n": "nao", "vc": "voce", "vcs": "voces", "ce": "voce", "pq": "porque", "q": "que", "oq": "o que", "oque": "o que",
    "tb": "tambem", "tbm": "tambem", "sist": "sistema", "doc": "documento", "docs": "documentos", "info": "informacao",
    "infos": "informacoes", "msg": "mensagem", "hr": "hora", "hrs": "horas", "qtd": "quantidade", "cel": "celular",
    "tel": "telefone", "num": "numero", "nro": "numero", "dps": "depois", "hj": "hoje", "mt": "muito", "mto": "muito",
    "p": "para", "pra": "para", "pro": "para o", "pros": "para os", "pras": "para as", "ta": "esta", "tao": "estao",
    "to": "estou", "qdo": "quando", "qnd": "quando", "qto": "quanto", "qnt": "quanto", "qtos": "quantos", "qts": "quantos",
    "qnts": "quantos", "kd": "cade", "eh": "e", "naum": "nao", "adm": "administracao", "usr": "usuario", "pc": "computador",
    "cert": "certificado", "prof": "professor", "depto": "departamento", "dpto": "departamento", "att": "atividade",
    "cmg": "comigo", "fzr": "fazer", "td": "tudo", "aki": "aqui", "consg": "consigo", "impr": "impressora", "config": "configurar",
}  # fmt: skip
"""What is typed for what is meant, both folded."""

_PATTERNS = {
    "what": r"\bo que (e|sao|seria|significa|quer dizer|diz)\b|\bque significa|\bdefin|\bsignificado|\bconceito"
    r"|\b(fale|falar|explique|explica|explicar|conte|diga)\b.*\b(sobre|o que)|\bsaber (mais|sobre|a respeito)"
    r"|\binformac\w+ (sobre|a respeito|acerca)|^sobre\b|\bse entende por|\bconsiste|\bconteudo|\besclarec|\btrata\b|\bresumo",
    "why": r"\b(para|por) ?que serve|\bpara que\b|\bpor que\b|^porque\b|\bobjec?tivo|\bfinalidade|\bmotiv|\braz(ao|oes)\b"
    r"|\bintuito|\butilidade|\bproposito|\bvantage|\bbenefici|\bpor causa de",
    "when": r"\bquando\b|\bprazo|\bquanto tempo|\bperiodo|\bdatas?\b|\bmomento|\bate que\b|\bdias?\b|\bvalidade|\bdemora"
    r"|\bvigor|\bhorario|\bdura|\btempo\b|\bsemestre|\bepoca|\bexpira|\bvence",
    "cost": r"\bcusta|\bvalor|\bprec[oa]s?\b|\bcusto|\bpag(ar|o|a|am|amento)\b|\bgratuit|\btaxa|\bgratis|\bmontante|\bcoima"
    r"|\bmulta|\btarifa|\bde graca|\bcobra",
    "count": r"\bquant[oa]s\b|\blimite|\bminim|\bmaxim|\bnumero de\b|\bquantidade|\btamanho",
    "where": r"\ba?onde\b|\blocal\b|\blocais\b|\bsite\b|\blink|\bendereco|\bpagina|\burl\b|\bencontr|\bconsultar|\bcade\b",
    "how": r"\bcomo\b|\bpasso a passo|\bprocediment|\betapa|\btutorial|\bde que (forma|modo|maneira)|\bmaneira|\bproceder"
    r"|\bpassos\b|\borientac|\bmetodo|\bensina",
    "who": r"\bquem\b|\bresponsave|\bqual o orgao|\b(que|qual a|quais as) entidade|\bdestinatari|\bcom quem",
    "papers": r"\bdocument|\bcomprov|\bdeclarac|\bformulari|\bcertid|\bmodelo|\brelatori|\bpapelada|\bficha\b",
    "may": r"\bposso\b|\bpode|\bpossivel|\bpermit|\bconsigo\b|\bda para\b|\bautoriza|\bproibi",
    "must": r"\bpreciso\b|\bobrigat|\bnecessari|\bdev[oe]\b|\bdevemos\b|\btenho (que|de)\b|\btem (que|de)\b|\bexigid|\bprecisa"
    r"|\btemos (que|de)\b|\bobrigad|\bexigen",
    "terms": r"\brequisit|\bcondic|\bexigenc|\bcriterio|\brequerid|\bregras?\b",
    "fault": r"\berro|\bnao (consig|funcion|aparec|abre|carreg|localiz|encontr|esta|foi|sai|liga|imprim)|\bfalha|\bproblema"
    r"|\brecusad|\bparad[oa]|\brejeit|\binconsist|\btrav[oa]|\bquebr",
    "after": r"\bdepois\b|\bapos\b|\bacontece|\bproximos? passo|\be agora\b",
    "sort": r"\btipos?\b|\bcategoria|\bmodalidad|\bclassific|\bespecie",
    "stop": r"\bcancel|\banul|\bexclu|\bremov|\bapag|\bdesist|\bcess|\bencerr|\bdispens|\btranc",
    "change": r"\balter|\bmud|\batualiz|\btroc|\bcorrig|\bedit|\bmodific|\bsubstitu|\brenov",
    "get": r"\bsolicit|\bpedir\b|\bobter\b|\bemit|\bconseguir|\brequer(er|imento)|\bpedido|\bbaixar\b|\binscr",
}
_KINDS = tuple((1 << bit, re.compile(pattern)) for bit, pattern in enumerate(_PATTERNS.values()))


def expand(words: Sequence[str]) -> list[str]:
    """Folded words with abbreviations written out."""
    return [part for word in words for part in ABBREVIATIONS.get(word, word).split()]


def kinds(words: Sequence[str]) -> int:
    """The kinds of question in folded, expanded words, one bit each; 0 if there is no sign of any."""
    line = " ".join(words)
    return sum(bit for bit, pattern in _KINDS if pattern.search(line))


def kinds_alike(query: int, texts: KindArray) -> FloatArray:
    """``(texts, 2)``: the share of kinds in common (Jaccard), and 1 where both have kinds and none in common, negated."""
    both = np.bitwise_count(texts & np.uint32(query)).astype(np.float32)
    either = np.bitwise_count(texts | np.uint32(query)).astype(np.float32)
    apart = (both == 0) & (texts != 0) & (query != 0)
    return np.column_stack([both / np.maximum(either, 1), -apart.astype(np.float32)]).astype(np.float32)
