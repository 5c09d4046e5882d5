/*
 * Balcão's chat, in one script tag:
 *
 *   <script src="https://desk.example/widget/balcao.js" async
 *           data-title="Central de Serviços" data-color="#0d5c48" data-language="pt-BR"></script>
 *
 * It waits until the page has loaded and the browser is idle, then imports the web component from the folder beside it.
 * Its data attributes go to <balcao-chat>; chat/settings.js lists them.
 */
(() => {
  "use strict";

  const tag = document.currentScript || document.querySelector('script[src$="/balcao.js"]');
  const source = new URL(tag.src, document.baseURI);

  function whenIdle(work) {
    if ("requestIdleCallback" in window) window.requestIdleCallback(work, { timeout: 3000 });
    else window.setTimeout(work, 200);
  }

  function afterLoad(work) {
    if (document.readyState === "complete") whenIdle(work);
    else window.addEventListener("load", () => whenIdle(work), { once: true });
  }

  function place() {
    if (document.querySelector("balcao-chat")) return;
    const chat = document.createElement("balcao-chat");
    Object.assign(chat.dataset, { desk: source.origin, ...tag.dataset });
    document.body.append(chat);
  }

  afterLoad(() => {
    import(new URL("chat/element.js", source).href).then(place, (error) => {
      console.warn("Balcão: the chat could not be loaded.", error);
    });
  });
})();
