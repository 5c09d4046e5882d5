// The words of the page's language, carried by the page itself.
const words = JSON.parse(document.getElementById("page-words").textContent);

export function say(code, values = {}) {
  return (words[code] ?? code).replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}
