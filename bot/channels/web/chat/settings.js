// What the host page may set, as data attributes of the script tag or of a <balcao-chat> of its own.

const LANGUAGES = { pt: "pt-BR", en: "en" };

/**
 * Reads the settings of an element.
 *
 * desk: base URL of the desk; title: name in the header; color: any CSS colour, else --balcao-color; language: pt-BR or en; open: begins
 * open; theme: light, dark or auto; greeting: the first words; suggestions: texts offered at the start, parted by "|".
 */
export function readSettings(element) {
  const { desk, title, color, language, open, greeting, suggestions } = element.dataset;
  return {
    desk: new URL(desk || "/", document.baseURI).href.replace(/\/+$/, ""),
    title: title || null,
    color: color || null,
    language: LANGUAGES[(language || "pt").slice(0, 2).toLowerCase()] || "pt-BR",
    open: open !== undefined && open !== "false",
    greeting: greeting || null,
    suggestions: splitList(suggestions),
  };
}

function splitList(text) {
  return text === undefined ? null : text.split("|").map((part) => part.trim()).filter(Boolean);
}
