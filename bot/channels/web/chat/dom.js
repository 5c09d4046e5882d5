// Elements without markup: attributes by setAttribute, children as nodes or text, never innerHTML.

const SVG = "http://www.w3.org/2000/svg";

/** `h("button", {class: "x", onclick: f}, "text", node, [more])`; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setOne(node, name, value);
  node.append(...children.flat(4).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

function setOne(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Replaces an element's children only when they say something new, so that a screen reader is not told twice. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const PATHS = {
  chat: ["M20 4H4a1.5 1.5 0 0 0-1.5 1.5v10A1.5 1.5 0 0 0 4 17h3v3.6L11.6 17H20a1.5 1.5 0 0 0 1.5-1.5v-10A1.5 1.5 0 0 0 20 4Z", "M7.5 8.75h9M7.5 12.25h5.5"],
  close: ["M6 6l12 12M18 6 6 18"],
  down: ["M12 5v13M6.5 12.5 12 18l5.5-5.5"],
  chevron: ["M6 9.5l6 6 6-6"],
  send: ["M12 19V5M5.5 11.5 12 5l6.5 6.5"],
  fresh: ["M12 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V12", "M18.4 3.6a1.4 1.4 0 0 1 2 2L12.5 13.5l-2.7.7.7-2.7Z"],
  article: ["M6.5 3.5h8l4 4v11a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2Z", "M14 3.5V8h4.5M8.5 12h6.5M8.5 15.5h6.5"],
  ticket: ["M4 7.5h16v3a1.75 1.75 0 0 0 0 3.5v3H4v-3a1.75 1.75 0 0 0 0-3.5Z", "M14 7.5v2M14 11.25v2M14 15v2"],
  copy: ["M9 9h10.5v10.5H9Z", "M5.5 15H4.5V4.5H15v1"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  clock: ["M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z", "M12 7.5V12l3 2"],
  alert: ["M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z", "M12 7.5v5.5M12 16.2v.1"],
  queue: ["M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z", "M3.5 19a5.5 5.5 0 0 1 11 0M16 5.3a3 3 0 0 1 0 5.4M17 13.8a5.5 5.5 0 0 1 3.5 5.2"],
  offline: ["M4 4l16 16", "M3.5 9.5a13 13 0 0 1 4-2.6M11 5.6a13 13 0 0 1 9.5 3.9M6.5 13a8.6 8.6 0 0 1 4-2.1M14.5 11.2a8.6 8.6 0 0 1 3 1.8M9.5 16.4a4 4 0 0 1 5 0M12 19.5v.1"],
  star: ["M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8L12 16.9l-5.2 2.7 1-5.8-4.2-4.1 5.8-.8Z"],
  phone: ["M7.5 2.5h9A1.5 1.5 0 0 1 18 4v16a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 6 20V4a1.5 1.5 0 0 1 1.5-1.5Z", "M10.5 18.5h3"],
  clip: ["M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6"],
  save: ["M12 4v11M7 10.5l5 5 5-5M5 19.5h14"],
  open: ["M9 5H5v14h14v-4M13 5h6v6M19 5l-9 9"],
};

/** A 24 × 24 line icon, hidden from screen readers: the words beside it speak. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: `icon i-${name}` };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
