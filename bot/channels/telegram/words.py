"""What the adapter says by itself: in groups, in the menu of commands, and around what the desk says. pt-BR first."""

_PT_BR = {
    "no_groups": (
        "Olá! Atendo só em conversas particulares, para proteger os seus dados. Fale comigo em {link}. Vou sair deste grupo. 👋"
    ),
    "choice_spent": "Esta opção não vale mais. Escreva sua resposta.",
    "slow_down": "Espere uns segundos e tente de novo.",
    "choose": "Escolha uma opção:",
    "written_elsewhere": "Você, pelo site:",
    "article": "Artigo",
    "ticket": "Chamado",
    "help": "o que posso fazer por você",
    "person": "falar com uma pessoa da equipe",
    "protocol": "situação dos seus chamados",
    "leave": "encerrar a conversa",
    "about": "Atendimento a usuários: respostas, chamados e conversa com a equipe.",
}
_EN = {
    "no_groups": "Hi! To protect your data I only talk in private chats. Write to me at {link}. I'm leaving this group. 👋",
    "choice_spent": "This option is no longer valid. Please write your answer.",
    "slow_down": "Wait a few seconds and try again.",
    "choose": "Choose an option:",
    "written_elsewhere": "You, on the site:",
    "article": "Article",
    "ticket": "Ticket",
    "help": "what I can do for you",
    "person": "talk to a person of the team",
    "protocol": "how your tickets are going",
    "leave": "end the conversation",
    "about": "User support: answers, tickets and a chat with the team.",
}
CATALOGUES = {"pt-BR": _PT_BR, "en": _EN}


def say(code: str, language: str, **values: str) -> str:
    """The text of ``code`` in ``language``, in pt-BR where the language is not known."""
    return CATALOGUES.get(language, _PT_BR)[code].format(**values)


def language_of(code: str | None) -> str:
    """The nearest of our languages to one that Telegram names, such as ``en-US``."""
    return "en" if (code or "").lower().startswith("en") else "pt-BR"
