// A small Markdown, made into DOM nodes one by one: nothing here ever parses HTML, so no text can become markup.
// Known: paragraphs, headings, **bold**, *italic*, `code`, fences, lists, quotes, tables, rules, links. Images become
// their alternative text. Links lead to https or to the desk; any other becomes its words.

import { h } from "./dom.js";
import { renderInline } from "./markdown-inline.js";

const DEEPEST = 6;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+•]|\d{1,9}[.)])(\s+)(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** The text as an array of nodes. `base` is the desk's address, against which relative links are read. */
export function renderMarkdown(text, base) {
  return blocks(String(text ?? "").replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), base, 0);
}

function blocks(lines, base, depth) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const [node, next] = block(lines, at, base, depth);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

function block(lines, at, base, depth) {
  const line = lines[at];
  const heading = HEADING.exec(line);
  if (FENCE.test(line)) return fence(lines, at);
  if (heading) return [h("p", { class: "heading" }, h("strong", {}, renderInline(heading[1], base))), at + 1];
  if (RULE.test(line)) return [h("hr"), at + 1];
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, base, depth);
  if (depth < DEEPEST && ITEM.test(line)) return list(lines, at, base, depth);
  if (startsTable(lines, at)) return table(lines, at, base);
  return paragraph(lines, at, base, depth);
}

function fence(lines, at) {
  const mark = FENCE.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  const code = h("pre", { tabindex: "0" }, h("code", {}, lines.slice(at + 1, end).join("\n")));
  return [code, end + 1];
}

function quote(lines, at, base, depth) {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [h("blockquote", {}, blocks(inner, base, depth + 1)), end];
}

function list(lines, at, base, depth) {
  const ordered = isOrdered(lines[at]);
  const node = h(ordered ? "ol" : "ul");
  const start = Number.parseInt(ITEM.exec(lines[at])[2], 10);
  if (ordered && start !== 1) node.setAttribute("start", String(start));
  let next = at;
  while (next < lines.length && ITEM.test(lines[next]) && isOrdered(lines[next]) === ordered && !RULE.test(lines[next])) {
    const end = itemEnd(lines, next);
    node.append(h("li", {}, itemContent(lines.slice(next, end), base, depth)));
    next = skipBlank(lines, end);
  }
  return [node, next];
}

function isOrdered(line) {
  return /\d/.test(ITEM.exec(line)[2]);
}

/** An item goes on over indented lines, blank lines before such, and plain lines that follow at once. */
function itemEnd(lines, at) {
  let end = at + 1;
  while (end < lines.length) {
    if (!lines[end].trim()) {
      if (!/^ {2,}\S/.test(lines[end + 1] || "")) break;
    } else if (!/^ {2,}/.test(lines[end]) && (!lines[end - 1].trim() || startsBlock(lines[end]))) {
      break;
    }
    end += 1;
  }
  return end;
}

function itemContent(lines, base, depth) {
  const [, indent, mark, , first] = ITEM.exec(lines[0]);
  const width = indent.length + mark.length + 1;
  const rest = lines.slice(1).map((line) => line.slice(Math.min(width, /^ */.exec(line)[0].length)));
  const nodes = blocks([first, ...rest], base, depth + 1);
  const tight = nodes[0]?.localName === "p" && !nodes[0].className;
  return tight ? [...nodes[0].childNodes, ...nodes.slice(1)] : nodes;
}

function skipBlank(lines, at) {
  let next = at;
  while (next < lines.length && !lines[next].trim()) next += 1;
  return next < lines.length && ITEM.test(lines[next]) ? next : at;
}

function startsBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function startsTable(lines, at) {
  return lines[at].includes("|") && at + 1 < lines.length && lines[at + 1].includes("-") && TABLE_RULE.test(lines[at + 1]);
}

function table(lines, at, base) {
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim()) end += 1;
  const head = h("tr", {}, cells(lines[at]).map((cell) => h("th", { scope: "col" }, renderInline(cell, base))));
  const rows = lines.slice(at + 2, end).map((line) =>
    h("tr", {}, cells(line).map((cell) => h("td", {}, renderInline(cell, base)))));
  const node = h("table", {}, h("thead", {}, head), h("tbody", {}, rows));
  return [h("div", { class: "table", tabindex: "0" }, node), end];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function paragraph(lines, at, base, depth) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !(depth < DEEPEST && startsBlock(lines[end])) && !startsTable(lines, end)) {
    end += 1;
  }
  return [h("p", {}, renderInline(lines.slice(at, end).join("\n"), base)), end];
}
