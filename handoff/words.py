"""The desk's own words to users, pt-BR first. Whatever the bot says is in its domain, not here."""

from typing import Any

_PT_BR = {
    "bot_unavailable": (
        "Tive um problema técnico e não consigo responder agora. Já passei a sua conversa para uma pessoa da nossa "
        "equipe, com tudo o que você escreveu: não é preciso repetir nada. {place}"
    ),
    "queue_place_first": "Você é a próxima pessoa da fila.",
    "queue_place": "Você está na posição {place} da fila.",
    "team_is_away": "Nosso time volta {when}.",
    "outage_title": "{service} fora do ar",
    "outage_solution": "O serviço voltou a funcionar.",
    "outage_over": "Boa notícia: **{service}** voltou a funcionar.",
    "outage_over_text": "Boa notícia: **{service}** voltou a funcionar. {text}",
    "agent_joined": "{name} vai continuar o seu atendimento.",
    "agent_left": "{name} precisou sair. A sua conversa voltou para o lugar que tinha na fila, com todo o histórico.",
    "user_left": "Você saiu do atendimento. {name} foi avisado(a) e pode concluir o registro. Se precisar de algo mais, é só escrever.",
    "ended": "Conversa encerrada. Quando precisar, é só escrever.",
    "user_blocked": "O usuário bloqueou o nosso contato: as mensagens não chegam até ele por enquanto.",
    "command_start": "Olá",
    "command_help": "Ajuda",
    "command_person": "Quero falar com um atendente",
    "command_protocol": "Consultar meus chamados",
    "protocol": "Protocolo",
    "linked": "Pronto! A conversa que você começou no site continua por aqui, sem precisar repetir nada.",
    "left_link": "Você saiu da conversa que começou no site, e ela não chega mais aqui. Quando precisar, é só escrever.",
    "link_expired": "Este link de continuação já venceu. Abra o atendimento no site e peça um novo, ou escreva sua dúvida aqui mesmo.",
    "link_invalid": "Não reconheci este link de continuação. Você pode escrever sua dúvida aqui mesmo.",
    "link_used": "Este link já foi usado em outra conta. Peça um novo no site, ou escreva sua dúvida aqui mesmo.",
    "link_busy": "Você já está em atendimento por aqui. Quando terminar, abra o link do site de novo.",
    "cannot_take_file": "Não consegui receber o arquivo. Envie de novo ou descreva em palavras o que aparece nele.",
    "cannot_take_file_too_large": "Esse arquivo é grande demais para mim. Envie um menor ou descreva em palavras.",
    "cannot_take_file_kind": (
        "Não posso receber esse tipo de arquivo. Envie uma imagem, um PDF, um texto ou uma planilha, ou descreva em palavras."
    ),
    "cannot_take_file_limit": "Não consigo receber mais arquivos agora. Descreva em palavras o que aparece neles.",
    "cannot_take_sticker": "Gostei da figurinha! 😊 Só não sei respondê-la. Me conte em palavras como posso ajudar.",
    "cannot_take_location": "Recebi uma localização, mas não sei usá-la. Me conte em palavras como posso ajudar.",
    "cannot_take_other": "Ainda não consigo receber este tipo de mensagem. Me conte em palavras como posso ajudar.",
    "too_many": "Recebi muitas mensagens de uma vez e deixei algumas de lado. Espere uns segundos e escreva de novo.",
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
    "team_is_away": "Our team is back {when}.",
    "outage_title": "{service} is down",
    "outage_solution": "The service is working again.",
    "outage_over": "Good news: **{service}** is working again.",
    "outage_over_text": "Good news: **{service}** is working again. {text}",
    "agent_joined": "{name} will continue helping you.",
    "agent_left": "{name} had to leave. Your conversation is back in its place in line, with its whole history.",
    "user_left": "You have left. {name} knows, and may still record the solution. If you need anything else, just write.",
    "ended": "Conversation ended. Whenever you need us, just write.",
    "user_blocked": "The user has blocked us: messages do not reach them for now.",
    "command_start": "Hello",
    "command_help": "Help",
    "command_person": "I want to talk to a person",
    "command_protocol": "Check my tickets",
    "protocol": "Protocol",
    "linked": "Done! The conversation that you began on the site goes on here; there is no need to repeat anything.",
    "left_link": "You have left the conversation that you began on the site. Whenever you need us, just write.",
    "link_expired": "This link has expired. Open the chat on the site and ask for a new one, or write your question here.",
    "link_invalid": "I did not recognise this link. You can write your question here.",
    "link_used": "This link was used by another account. Ask for a new one on the site, or write your question here.",
    "link_busy": "You are being helped here already. Once that is over, open the link from the site again.",
    "cannot_take_file": "I could not get the file. Send it again, or put into words what it shows.",
    "cannot_take_file_too_large": "That file is too large for me. Send a smaller one, or put it into words.",
    "cannot_take_file_kind": "I cannot take files of that kind. Send a picture, a PDF, a text or a spreadsheet, or put it into words.",
    "cannot_take_file_limit": "I cannot take more files right now. Put into words what they show.",
    "cannot_take_sticker": "Nice sticker! 😊 I just don't know how to answer it. Tell me in words how I can help.",
    "cannot_take_location": "I got a location, but I cannot use it. Tell me in words how I can help.",
    "cannot_take_other": "I cannot take this kind of message yet. Tell me in words how I can help.",
    "too_many": "I got many messages at once and left some aside. Wait a few seconds and write again.",
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
