"""What people say to a chatbot that no knowledge base is about: the background against which a match must stand out.

The confidence compares a question's likeness to the articles with its likeness to these. All written for this project.
"""

_GREETING = (
    "oi", "olá", "oi, tudo bem?", "bom dia", "boa tarde", "boa noite", "e aí, beleza?", "opa", "alô", "tem alguém aí?",
    "como você está?", "como vai?", "tudo certo por aí?", "prazer em conhecer você", "quanto tempo, hein", "fala comigo",
    "olá, que bom te ver", "oi sumido", "como foi o seu dia?", "bem-vindo", "oie", "hello", "hey",
)  # fmt: skip
_FAREWELL = (
    "tchau", "até mais", "até logo", "até amanhã", "adeus", "falou, valeu", "preciso ir embora", "boa noite, durma bem",
    "a gente se fala", "tchau, obrigada", "fui", "bom fim de semana", "se cuida", "vou desligar",
)  # fmt: skip
_THANKS = (
    "obrigado", "muito obrigada", "valeu", "obrigado pela ajuda", "agradeço a atenção", "de nada", "não há de quê",
    "você me ajudou muito", "ajudou demais", "perfeito, obrigado", "vlw", "brigadão", "desculpa", "me perdoe", "sinto muito",
    "foi mal", "não foi nada",
)  # fmt: skip
_YES_NO = (
    "sim", "não", "talvez", "claro", "com certeza", "isso mesmo", "exatamente", "acho que não", "pode ser", "nunca",
    "está bem", "ok", "beleza", "certo", "errado", "não sei", "tanto faz", "entendi", "não entendi nada", "como assim?",
    "sério?", "é mesmo?", "que bom", "que pena", "deixa pra lá", "esquece", "espera um pouco", "só um minuto", "vamos lá",
    "estou pronto", "quero", "não quero", "agora não", "depois eu vejo", "é verdade", "é mentira", "por favor", "de novo",
    "continue", "pare", "chega", "anda logo", "calma", "cuidado", "aqui está", "eu também", "eu não", "muito bem", "parabéns",
    "de jeito nenhum", "sem problema", "está tudo bem", "tem certeza?", "o quê?", "quem?", "e daí?", "ah, é?", "meu Deus",
)  # fmt: skip
_ABOUT_BOT = (
    "você é um robô?", "qual é o seu nome?", "quem criou você?", "quantos anos você tem?", "onde você mora?",
    "você é homem ou mulher?", "você é de verdade?", "você é casado?", "você tem namorada?", "você tem filhos?",
    "você tem família?", "quem é a sua mãe?", "o que você gosta de fazer?", "você dorme?", "você come o quê?",
    "qual é o seu time?", "qual é a sua cor preferida?", "qual o seu signo?", "você sabe dançar?", "você fala inglês?",
    "você é inteligente", "você é muito burro", "você é lindo", "você é chato", "gosto de você", "te amo", "quer casar comigo?",
    "quer ser meu amigo?", "você me ama?", "você tem sentimentos?", "você vai dominar o mundo?", "você conhece a Siri?",
    "você está aí?", "você está com raiva?", "o que você acha de mim?", "posso te fazer uma pergunta?", "você é humano?",
    "me fala de você", "está ocupado?", "você trabalha muito?", "está feliz?", "do que você tem medo?", "você sonha?",
    "você me conhece?", "sabe quem eu sou?", "você acredita em Deus?", "de onde você vem?", "qual é a sua idade?",
)  # fmt: skip
_FEELING = (
    "estou triste", "estou feliz", "estou cansado", "estou com fome", "estou com sono", "estou entediado", "estou doente",
    "estou com raiva", "estou apaixonada", "estou sozinho", "hoje foi um dia difícil", "que saudade", "estou decepcionado",
    "que dia lindo", "que calor", "que tédio", "odeio segunda-feira", "adoro música", "não aguento mais", "me sinto mal",
    "minha namorada terminou comigo", "briguei com meu pai", "meu cachorro morreu", "hoje é meu aniversário", "tenho medo",
    "estou com dor de cabeça", "preciso de um abraço", "ninguém gosta de mim", "sou muito feio", "vou dormir",
)  # fmt: skip
_RUDE = (
    "idiota", "cala a boca", "vai à merda", "que porcaria", "você não serve para nada", "você é inútil", "burro", "chato",
    "que saco", "vai se ferrar", "droga", "isso é uma vergonha", "não perguntei nada", "some daqui", "me deixa em paz",
)  # fmt: skip
_FUN = (
    "me conta uma piada", "canta uma música", "kkkkk", "hahaha", "que engraçado", "vamos jogar um jogo", "me faz rir",
    "conta uma história", "adivinha o que eu estou pensando", "fala um palavrão", "sabe imitar um gato?", "rsrs",
    "o que vamos fazer hoje?", "quero brincar", "me surpreenda", "asdfgh", "teste", "testando 1 2 3", "blá blá blá", "???",
)  # fmt: skip
_WORLD = (
    "qual é a capital da França?", "quem descobriu o Brasil?", "quem é o presidente?", "qual o sentido da vida?",
    "vai chover amanhã?", "como está o tempo hoje?", "que horas são?", "que dia é hoje?", "quanto é doze vezes oito?",
    "quem ganhou o jogo ontem?", "quando joga o Flamengo?", "quem venceu a copa do mundo?", "me indica um filme bom",
    "qual a melhor série para assistir?", "receita de bolo de cenoura", "como se faz arroz?", "quero pedir uma pizza",
    "onde tem um restaurante bom por aqui?", "qual a previsão do dólar?", "resultado da loteria", "toca uma música",
    "como emagrecer rápido?", "como se diz cachorro em inglês?", "qual a distância da Terra à Lua?", "existe vida em Marte?",
    "quem escreveu Dom Casmurro?", "qual o maior animal do mundo?", "quantos planetas existem?", "onde comprar um carro usado?",
    "como plantar tomate?", "que remédio tomo para gripe?", "passagem barata para Recife", "meu celular está sem bateria",
    "qual o melhor time do mundo?", "novela das nove", "quem matou a Odete?", "qual a população da China?", "como trocar um pneu?",
    "a que horas passa o ônibus?", "como cuidar de um gatinho?", "qual é a fórmula da água?", "quem inventou o avião?",
    "horóscopo de hoje", "notícias de hoje", "qual a letra daquela música?", "como dar nó em gravata?",
    "o que é o amor?", "o ovo ou a galinha, quem veio primeiro?",
)  # fmt: skip
_TALK = (
    "ele foi embora ontem", "ela não quis falar comigo", "vamos sair daqui", "onde está o meu irmão?", "eu te avisei",
    "não faça isso", "vem cá", "olha só isso", "escuta uma coisa", "você viu o que aconteceu?", "ninguém sabe de nada",
    "quero ir para casa", "o que aconteceu com ele?", "eles estão chegando", "a culpa não é minha", "isso não importa",
    "o que você está fazendo aí?", "para onde vamos?", "por que você está chorando?", "fica comigo", "me dá isso",
    "eu vi um homem na rua", "a comida está na mesa", "ele é meu melhor amigo", "preciso falar com você", "tudo vai dar certo",
    "vou pensar no assunto", "não acredito nisso", "nós vencemos", "ele mentiu para mim", "abra a porta", "o carro quebrou na estrada",
    "eu gosto de sorvete", "minha avó faz bolo aos domingos", "a festa é no sábado", "comprei um sapato novo",
    "o que foi que eu disse?", "quem era ao telefone?", "não me lembro", "vi um filme muito bom", "quem está aí?", "boa sorte",
    "boa ideia", "faz o que quiseres", "deixe-me em paz", "estás a brincar?", "o que se passa?", "está quase", "diga-me uma coisa",
)  # fmt: skip

EVERYDAY: tuple[str, ...] = (
    *_GREETING, *_FAREWELL, *_THANKS, *_YES_NO, *_ABOUT_BOT, *_FEELING, *_RUDE, *_FUN, *_WORLD, *_TALK,
)  # fmt: skip
