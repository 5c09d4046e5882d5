"""Whatever a message holds, it runs nothing and fetches nothing."""

import random
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

HOSTILE = [
    "<script>window.hacked = 1</script>",
    '<img src="https://evil.example/x.png" onerror="window.hacked = 1">',
    "![rastreio](https://evil.example/pixel.png)",
    "![](https://evil.example/pixel.png)",
    "[clique](javascript:window.hacked=1)",
    "[clique](JaVaScRiPt:window.hacked=1)",
    "[clique](java\tscript:window.hacked=1)",
    "[clique](data:text/html,<script>window.hacked=1</script>)",
    "[clique](vbscript:msgbox)",
    "[clique](http://evil.example/)",
    "[clique](//evil.example/)",
    "[clique](\\\\evil.example)",
    "[clique](https://user:senha@evil.example/)",
    '[a](https://ok.example" onmouseover="window.hacked=1)',
    "<https://ok.example/<script>window.hacked=1</script>>",
    '<svg onload="window.hacked=1"><iframe srcdoc="<script>parent.hacked=1</script>">',
    '<style>@import "https://evil.example/x.css"</style><link rel=stylesheet href=https://evil.example/y.css>',
    "**<b onclick=window.hacked=1>oi</b>** `<i>` _<u>_",
    "[![a](https://evil.example/a.png)](javascript:window.hacked=1)",
    "| <img src=x onerror=window.hacked=1> | b |\n|---|---|\n| [x](javascript:window.hacked=1) | ![](https://evil.example/t.png) |",
]
SLOW = [
    "*a " * 1300, "_" * 4000, "[" * 4000, "`" * 3999 + "a", "![" * 2000, "> " * 2000, "- " * 2000, "**a" * 1300,
    "[a](" * 1000, "((((" * 1000, "\\" * 4000, "1. " * 1300, "|-" * 2000 + "\n" + "|-" * 2000, "https://" * 500, "<" * 4000,
    "`a``b" * 800, "\n".join(" " * (n % 7) + "- x" for n in range(900)),
]  # fmt: skip
PIECES = [
    "*", "**", "_", "`", "```", "[", "](", ")", "![", "<", ">", "javascript:", "https://evil.example/", "<img src=//evil.example/i>",
    "<script>window.hacked=1</script>", "\n", "\n\n", "- ", "1. ", "> ", "# ", "|", "---", "\\", " ", "oi", '"', "'", "\u202e", "\x00", "data:,x",
]  # fmt: skip


def render(page, desk, texts):
    """Renders texts with the widget's own module into the page; the longest of them takes how many milliseconds."""
    return page.evaluate(
        """async ([desk, texts]) => {
          const { renderMarkdown } = await import(desk + "/widget/chat/markdown.js");
          let longest = 0;
          for (const text of texts) {
            const begun = performance.now();
            const node = document.createElement("div");
            node.append(...renderMarkdown(text, desk));
            longest = Math.max(longest, performance.now() - begun);
            document.body.append(node);
            const bad = node.querySelector("script,img,iframe,svg,style,link,object,embed,form,input,[style],[onerror],[onclick]");
            const links = [...node.querySelectorAll("a")];
            if (bad) throw new Error("made " + bad.outerHTML + " of " + JSON.stringify(text));
            for (const link of links) {
              const url = new URL(link.href);
              if (url.protocol !== "https:" && url.origin !== desk) throw new Error("leads to " + link.href);
              if (link.rel !== "noopener noreferrer" || link.target !== "_blank") throw new Error("an unsafe link");
            }
            if (node.parentNode.children.length > 200) node.remove();
          }
          return longest;
        }""",
        [desk.url, texts],
    )


def foreign(visitor):
    return [one.url for one in visitor.requests if urlsplit(one.url).netloc != urlsplit(visitor.desk.url).netloc]


def test_hostile_messages_are_inert_and_make_no_external_request(visitor, desk):
    visitor.say("<b onclick=alert(1)>oi</b> **não é negrito** <img src=https://evil.example/u.png>")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    for author in ("bot", "agent", "system"):
        for text in HOSTILE:
            desk.say(text, author)
    expect(visitor.log.locator(".message")).to_have_count(2 + 3 * len(HOSTILE))
    expect(visitor.log.locator(".message.user .bubble").last).to_contain_text("**não é negrito**")
    assert visitor.log.locator("img, script, iframe, style, link, object, .bubble svg, .notice svg").count() == 0
    assert visitor.log.locator(f'a:not([href^="https://"]):not([href^="{desk.url}/"])').count() == 0
    assert visitor.page.evaluate("window.hacked") is None
    assert foreign(visitor) == []


def test_hostile_words_in_payloads_are_inert(visitor, desk):
    evil = '<img src=https://evil.example/p.png onerror="window.hacked=1">'
    payload = {
        "article": {"id": "../../x?y", "version": 1, "kind": evil, "title": evil, "url": "javascript:window.hacked=1"},
        "articles": [{"id": "b", "version": 1, "kind": "faq", "title": evil, "url": "https://evil.example:444/ok"}],
        "ticket": {"protocol": evil, "state": evil, "title": evil},
        "summary": [{"label": evil, "value": evil}],
        "choices": [{"id": "c1", "label": evil + "!"}],
        "rating": {"rated": evil},
        "notice": evil,
    }
    visitor.say("oi")
    expect(visitor.log.locator(".mark .i-check")).to_be_visible()
    desk.say(evil, "bot", payload=payload, author_name=evil)
    desk.set_state(owner="agent", agent_name=evil)
    expect(visitor.log.locator(".card")).to_have_count(4)
    assert visitor.log.locator("img").count() == 0
    assert visitor.log.locator(".card.article").first.get_attribute("href") == f"{desk.url}/artigos/..%2F..%2Fx%3Fy"
    assert visitor.page.evaluate("window.hacked") is None
    assert foreign(visitor) == []


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_random_mixtures_are_inert(visitor, desk, seed):
    dice = random.Random(seed)
    texts = ["".join(dice.choices(PIECES, k=dice.randint(1, 40))) for _ in range(2500)]
    render(visitor.page, desk, texts)
    assert visitor.page.evaluate("window.hacked") is None
    assert foreign(visitor) == []


def test_no_text_takes_long_to_render(visitor, desk):
    """The limit is a thousand times what an ordinary text takes, so that only a runaway trips it."""
    assert render(visitor.page, desk, SLOW) < 1000


MARKDOWN = [
    ("a **b** *c* _d_ `e*f*`", "<p>a <strong>b</strong> <em>c</em> <em>d</em> <code>e*f*</code></p>"),
    ("snake_case_name e 2*3*4", "<p>snake_case_name e 2<em>3</em>4</p>"),
    ("5 * 3 * 2", "<p>5 * 3 * 2</p>"),
    ("um\ndois\n\ntrês", "<p>um<br>dois</p><p>três</p>"),
    ("- a\n- b\n  1. c\n  2. d\n- e", "<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li><li>e</li></ul>"),
    ("3. x\n4. y", '<ol start="3"><li>x</li><li>y</li></ol>'),
    ("1. a\n\n2. b\n\n   mais b", "<ol><li>a</li><li>b<p>mais b</p></li></ol>"),
    ("texto\n- item", "<p>texto</p><ul><li>item</li></ul>"),
    ("## Título #", '<p class="heading"><strong>Título</strong></p>'),
    ("> cita\n> mais", "<blockquote><p>cita<br>mais</p></blockquote>"),
    ("```\n<b>\n```", '<pre tabindex="0"><code>&lt;b&gt;</code></pre>'),
    ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
    ("![um gato](https://x.example/g.png)", "<p>um gato</p>"),
    (r"\*não\* \<b>", "<p>*não* &lt;b&gt;</p>"),
    ("**Windows + L** e **`x`**", "<p><strong>Windows + L</strong> e <strong><code>x</code></strong></p>"),
    (
        "| A | B |\n|---|:-:|\n| 1 | **2** |",
        '<div class="table" tabindex="0"><table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
        "<tbody><tr><td>1</td><td><strong>2</strong></td></tr></tbody></table></div>",
    ),
]


@pytest.mark.parametrize(("text", "html"), MARKDOWN, ids=[text[:20] for text, _ in MARKDOWN])
def test_markdown_becomes_what_it_says(markdown_page, text, html):
    assert markdown_page(text) == html


def test_links_lead_to_https_or_to_the_desk(markdown_page, desk):
    attributes = 'target="_blank" rel="noopener noreferrer"'
    assert markdown_page("Veja https://a.example/x.") == (
        f'<p>Veja <a href="https://a.example/x" {attributes}>https://a.example/x</a>.</p>'
    )
    assert markdown_page("[o **artigo**](/artigos/y)") == (
        f'<p><a href="{desk.url}/artigos/y" {attributes}>o <strong>artigo</strong></a></p>'
    )
    assert markdown_page("[x](http://a.example)") == "<p>x</p>"


@pytest.fixture
def markdown_page(visit, desk):
    """Renders one text and answers its HTML."""
    page = visit().arrive().page

    def html_of(text):
        return page.evaluate(
            """async ([desk, text]) => {
              const { renderMarkdown } = await import(desk + "/widget/chat/markdown.js");
              const node = document.createElement("div");
              node.append(...renderMarkdown(text, desk));
              return node.innerHTML;
            }""",
            [desk.url, text],
        )

    return html_of
