// Every word the widget says by itself, in its two languages. Words that depend on a value are functions.

const PT = {
  title: "Central de Serviços",
  launcher: "Abrir o atendimento",
  launcherUnread: (n) => `Abrir o atendimento, ${n} ${n === 1 ? "mensagem nova" : "mensagens novas"}`,
  close: "Fechar o atendimento",
  log: "Mensagens da conversa",
  greeting: "Olá! Sou o assistente virtual. Conte com suas palavras o que está acontecendo. Se eu não resolver, passo você para uma pessoa.",
  privacy: "Nunca envie senhas por aqui.",
  suggestionsLabel: "Sugestões para começar",
  suggestions: ["Esqueci minha senha", "Não consigo conectar na VPN", "Consultar um chamado", "Falar com uma pessoa"],
  placeholder: "Escreva sua mensagem",
  send: "Enviar",
  remaining: (n) => `Restam ${n} caracteres`,
  withBot: "Assistente virtual",
  inQueue: "Aguardando uma pessoa",
  withAgent: (name) => `${name || "Atendente"} está com você`,
  queuePlace: (n) => `Você é o ${n}º da fila`,
  queueWaiting: "Você está na fila de atendimento",
  queueHint: "Pode deixar esta janela: avisamos aqui quando alguém responder.",
  offline: "Sem conexão. Suas mensagens serão enviadas quando ela voltar.",
  loading: "Carregando a conversa…",
  expired: "Sua sessão anterior terminou. Esta é uma nova conversa.",
  you: "Você",
  bot: "Assistente virtual",
  agent: "Atendente",
  typing: "O assistente está escrevendo",
  pending: "Aguardando envio",
  sent: "Enviada",
  failed: "Não enviada",
  retry: "Tentar de novo",
  discard: "Descartar",
  refusedChoice: "Esta opção não vale mais. Escreva sua resposta.",
  refusedInvalid: "A mensagem não pôde ser aceita. Mude o texto e envie de novo.",
  refusedTooLarge: "A mensagem é longa demais. Divida em partes menores.",
  refusedConflict: "A mensagem não foi aceita porque a conversa mudou. Confira e envie de novo.",
  refusedOther: "A mensagem não foi aceita. Tente de novo ou escreva de outro jeito.",
  choices: "Opções de resposta",
  chosen: "escolhida",
  rateBot: "Que nota você dá ao assistente?",
  rateHuman: "Que nota você dá ao atendimento?",
  stars: (n) => `${n} de 5: ${["muito ruim", "ruim", "regular", "bom", "muito bom"][n - 1]}`,
  starsEnds: ["Muito ruim", "Muito bom"],
  kinds: { faq: "Pergunta frequente", script: "Passo a passo", solution: "Solução", procedure: "Procedimento", tutorial: "Tutorial", manual: "Manual" },
  article: "Artigo",
  newTab: "abre em outra aba",
  ticket: "Chamado",
  protocol: "Protocolo",
  copy: "Copiar o protocolo",
  copied: "Protocolo copiado",
  states: { new: "Novo", in_progress: "Em atendimento", pending_user: "Aguardando você", forwarded: "Encaminhado", resolved: "Resolvido", closed: "Encerrado", cancelled: "Cancelado" },
  today: "Hoje",
  yesterday: "Ontem",
  latest: "Ir para as mensagens mais recentes",
  onTelegram: "Continuar no Telegram",
  corrected: "Correção",
  restart: "Nova conversa",
  restartAsk: "Começar uma nova conversa? Esta sai da tela.",
  restartYes: "Começar",
  cancel: "Cancelar",
};

const EN = {
  title: "Service desk",
  launcher: "Open the chat",
  launcherUnread: (n) => `Open the chat, ${n} new ${n === 1 ? "message" : "messages"}`,
  close: "Close the chat",
  log: "Messages of the conversation",
  greeting: "Hello! I am the virtual assistant. Tell me in your own words what is going on. If I cannot solve it, I will pass you on to a person.",
  privacy: "Never send passwords here.",
  suggestionsLabel: "Ways to begin",
  suggestions: ["I forgot my password", "I cannot connect to the VPN", "Check a ticket", "Talk to a person"],
  placeholder: "Write your message",
  send: "Send",
  remaining: (n) => `${n} characters left`,
  withBot: "Virtual assistant",
  inQueue: "Waiting for a person",
  withAgent: (name) => `${name || "An agent"} is with you`,
  queuePlace: (n) => `You are number ${n} in the queue`,
  queueWaiting: "You are in the queue",
  queueHint: "You may leave this window: we will tell you here when someone answers.",
  offline: "No connection. Your messages will be sent when it is back.",
  loading: "Loading the conversation…",
  expired: "Your previous session has ended. This is a new conversation.",
  you: "You",
  bot: "Virtual assistant",
  agent: "Agent",
  typing: "The assistant is writing",
  pending: "Waiting to be sent",
  sent: "Sent",
  failed: "Not sent",
  retry: "Try again",
  discard: "Discard",
  refusedChoice: "This option is no longer valid. Please write your answer.",
  refusedInvalid: "The message could not be accepted. Change the text and send it again.",
  refusedTooLarge: "The message is too long. Split it into smaller parts.",
  refusedConflict: "The message was not accepted because the conversation has moved on. Check it and send it again.",
  refusedOther: "The message was not accepted. Try again or put it another way.",
  choices: "Possible answers",
  chosen: "chosen",
  rateBot: "How do you rate the assistant?",
  rateHuman: "How do you rate the service?",
  stars: (n) => `${n} of 5: ${["very bad", "bad", "fair", "good", "very good"][n - 1]}`,
  starsEnds: ["Very bad", "Very good"],
  kinds: { faq: "Frequent question", script: "Step by step", solution: "Solution", procedure: "Procedure", tutorial: "Tutorial", manual: "Manual" },
  article: "Article",
  newTab: "opens in a new tab",
  ticket: "Ticket",
  protocol: "Protocol number",
  copy: "Copy the protocol number",
  copied: "Protocol number copied",
  states: { new: "New", in_progress: "In progress", pending_user: "Waiting for you", forwarded: "Forwarded", resolved: "Resolved", closed: "Closed", cancelled: "Cancelled" },
  today: "Today",
  yesterday: "Yesterday",
  latest: "Go to the latest messages",
  onTelegram: "Continue on Telegram",
  corrected: "Correction",
  restart: "New conversation",
  restartAsk: "Start a new conversation? This one leaves the screen.",
  restartYes: "Start",
  cancel: "Cancel",
};

/** The words and the date formats of a language (`pt-BR` or `en`). */
export function wordsOf(language) {
  const words = language === "en" ? EN : PT;
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  return { ...words, language, time: (date) => time.format(date), day: (date) => dayName(words, day, date) };
}

function dayName(words, format, date) {
  const away = Math.round((midnight(new Date()) - midnight(date)) / 86400000);
  if (away === 0) return words.today;
  return away === 1 ? words.yesterday : format.format(date);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** What to tell the user about a message that the desk refused with `code`. */
export function refusal(words, code, isChoice) {
  if (isChoice) return words.refusedChoice;
  if (code === "too_large" || code === "status_413") return words.refusedTooLarge;
  if (code === "invalid_input" || code === "status_422") return words.refusedInvalid;
  if (code === "conflict" || code === "status_409" || code === "owner_changed") return words.refusedConflict;
  return words.refusedOther;
}
