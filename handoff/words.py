"""The desk's own words to users, pt-BR first. Whatever the bot says is in its domain, not here."""

from typing import Any

_PT_BR = {
    "bot_unavailable": (
        "Tive um problema técnico e não consigo responder agora. Já passei a sua conversa para uma pessoa da nossa "
        "equipe, com tudo o que você escreveu: não é preciso repetir nada. {place}"
    ),
    "queue_place_first": "Você é a próxima pessoa da fila.",
    "queue_place": "Você está na posição {place} da fila.",
    "agent_joined": "{name} vai continuar o seu atendimento.",
    "agent_left": "{name} precisou sair. A sua conversa voltou para o lugar que tinha na fila, com todo o histórico.",
    "article_missing_title": "Artigo não encontrado",
    "article_missing": "Este artigo não existe ou não está mais publicado.",
    "search_down_title": "Artigo indisponível no momento",
    "search_down": "Não conseguimos abrir os artigos agora. Tente de novo em alguns minutos.",
}
_EN = {
    "bot_unavailable": (
        "I have a technical problem and cannot answer right now. I have passed your conversation to a person of our "
        "team, with everything you wrote: there is no need to repeat anything. {place}"
    ),
    "queue_place_first": "You are next in line.",
    "queue_place": "You are number {place} in line.",
    "agent_joined": "{name} will continue helping you.",
    "agent_left": "{name} had to leave. Your conversation is back in its place in line, with its whole history.",
    "article_missing_title": "Article not found",
    "article_missing": "This article does not exist or is no longer published.",
    "search_down_title": "Article unavailable right now",
    "search_down": "We cannot open articles right now. Please try again in a few minutes.",
}
CATALOGUES = {"pt-BR": _PT_BR, "en": _EN}


def say(code: str, language: str, **values: Any) -> str:
    """The text of ``code`` in ``language``, in pt-BR where the language is not known."""
    return CATALOGUES.get(language, _PT_BR)[code].format(**values)


def say_place(place: int, language: str) -> str:
    """The sentence that tells someone their place in the queue, counted from 1."""
    return say("queue_place_first", language) if place <= 1 else say("queue_place", language, place=place)
