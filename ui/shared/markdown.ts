import { h, type ComponentChildren } from "preact";

/**
 * A small, closed subset of Markdown to vnodes: paragraphs, lists, bold, inline and fenced code, https links, `[n]` citation marks.
 * Text never becomes HTML; whatever is not in the subset stays the characters it is. One pass, no backtracking patterns.
 */

export interface MarkdownOptions {
  /** Drawn for `[n]`; null keeps the characters. */
  citation?: (n: number) => ComponentChildren | null;
}

const BULLET = /^ {0,3}[-*•] +/;
const NUMBER = /^ {0,3}(\d{1,3})[.)] +/;
const HEADING = /^#{1,6} +/;

export function markdown(text: string, options: MarkdownOptions = {}): ComponentChildren[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const out: ComponentChildren[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === "") at += 1;
    else if (line.startsWith("```")) at = fence(lines, at, out);
    else if (BULLET.test(line) || NUMBER.test(line)) at = list(lines, at, out, options);
    else if (HEADING.test(line)) {
      out.push(h("p", { key: out.length }, h("strong", null, inline(line.replace(HEADING, ""), options))));
      at += 1;
    } else at = paragraph(lines, at, out, options);
  }
  return out;
}

function fence(lines: string[], start: number, out: ComponentChildren[]): number {
  let end = start + 1;
  while (end < lines.length && !lines[end]!.startsWith("```")) end += 1;
  out.push(h("pre", { key: out.length, tabIndex: 0 }, h("code", null, lines.slice(start + 1, end).join("\n"))));
  return end + 1;
}

function list(lines: string[], start: number, out: ComponentChildren[], options: MarkdownOptions): number {
  const pattern = BULLET.test(lines[start]!) ? BULLET : NUMBER;
  const first = Number(NUMBER.exec(lines[start]!)?.[1] ?? 1);
  const items: string[] = [];
  let at = start;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (pattern.test(line)) items.push(line.replace(pattern, ""));
    else if (line.trim() === "" && pattern.test(lines[at + 1] ?? "")) continue;
    else if (/^ {2,}\S/.test(line)) items[items.length - 1] += `\n${line.trim()}`;
    else break;
  }
  const children = items.map((item, index) => h("li", { key: index }, inline(item, options)));
  out.push(pattern === BULLET ? h("ul", { key: out.length }, children) : h("ol", { key: out.length, start: first }, children));
  return at;
}

function paragraph(lines: string[], start: number, out: ComponentChildren[], options: MarkdownOptions): number {
  let end = start;
  while (end < lines.length && lines[end]!.trim() !== "" && (end === start || !opens(lines[end]!))) end += 1;
  out.push(h("p", { key: out.length }, inline(lines.slice(start, end).join("\n"), options)));
  return end;
}

const opens = (line: string) => line.startsWith("```") || BULLET.test(line) || NUMBER.test(line) || HEADING.test(line);

function inline(text: string, options: MarkdownOptions): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let plain = "";
  let at = 0;
  const put = (node: ComponentChildren) => {
    if (plain) out.push(plain);
    plain = "";
    out.push(node);
  };
  while (at < text.length) {
    const found = mark(text, at, options, out.length);
    if (found) {
      put(found.node);
      at = found.end;
    } else {
      plain += text[at]!;
      at += 1;
    }
  }
  if (plain) out.push(plain);
  return out;
}

interface Mark {
  node: ComponentChildren;
  end: number;
}

function mark(text: string, at: number, options: MarkdownOptions, key: number): Mark | null {
  const here = text[at];
  if (here === "\n") return { node: h("br", { key }), end: at + 1 };
  if (here === "`") return between(text, at, "`", (inner) => h("code", { key }, inner));
  if (here === "*" && text[at + 1] === "*") return between(text, at, "**", (inner) => h("strong", { key }, inline(inner, options)));
  if (here === "*") return between(text, at, "*", (inner) => h("em", { key }, inner));
  if (here === "[") return citation(text, at, options) ?? link(text, at, key);
  if (here === "h" && text.startsWith("https://", at)) return bare(text, at, key);
  return null;
}

/** How far a closing sign may lie; bounds the work on text made of opening signs. */
const REACH = 2000;

function between(text: string, at: number, sign: string, node: (inner: string) => ComponentChildren): Mark | null {
  const from = at + sign.length;
  const end = text.slice(from, from + REACH).indexOf(sign);
  if (end <= 0 || /^\s|\s$/.test(text.slice(from, from + end))) return null;
  return { node: node(text.slice(from, from + end)), end: from + end + sign.length };
}

function citation(text: string, at: number, options: MarkdownOptions): Mark | null {
  const found = /^\[(\d{1,2})\](?!\()/.exec(text.slice(at, at + 6));
  if (!found || !options.citation) return null;
  const node = options.citation(Number(found[1]));
  return node === null ? null : { node, end: at + found[0].length };
}

function link(text: string, at: number, key: number): Mark | null {
  const found = /^\[([^[\]\n]{1,300})\]\((https:\/\/[^\s()<>"]{1,1500})\)/.exec(text.slice(at, at + 1900));
  return found && { node: anchor(found[2]!, found[1]!, key), end: at + found[0].length };
}

function bare(text: string, at: number, key: number): Mark | null {
  const found = /^https:\/\/[^\s<>"')\]]{3,1500}/.exec(text.slice(at, at + 1600));
  if (!found) return null;
  const address = found[0].replace(/[.,;:!?*]+$/, "");
  return { node: anchor(address, address, key), end: at + address.length };
}

/** An https address without user info, or null: `https://bank.example@evil.example` reads as one host and is another. */
export function safeAddress(address: string): string | null {
  try {
    const url = new URL(address);
    return url.protocol === "https:" && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}

function anchor(address: string, text: string, key: number): ComponentChildren {
  const href = safeAddress(address);
  return href ? h("a", { key, href, target: "_blank", rel: "noopener noreferrer nofollow" }, text) : text;
}

/** What a screen reader should speak and a preview should show: no signs, no citation marks. */
export function plainText(text: string): string {
  return text
    .replace(/\[([^[\]\n]{1,300})\]\(https:\/\/[^\s()<>"]{1,1500}\)/g, "$1")
    .replace(/ ?\[\d{1,2}\]/g, "")
    .replace(/\*+|`+|^#{1,6} +/gm, "")
    .replace(/^ {0,3}[-*•] +/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}
