import { isValidElement, type ComponentChildren, type VNode } from "preact";
import { describe, expect, it } from "vitest";
import { markdown, plainText, safeAddress } from "../shared/markdown";

/** Vnodes as a short text: `<p>a <strong>b</strong></p>`. */
function drawn(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map(drawn).join("");
  if (!isValidElement(node)) return node === null || node === undefined || typeof node === "boolean" ? "" : String(node);
  const { type, props } = node as VNode<{ children?: ComponentChildren; href?: string; rel?: string }>;
  return `<${String(type)}${props.href ? ` ${props.href}` : ""}>${drawn(props.children)}</${String(type)}>`;
}

const draw = (text: string) => drawn(markdown(text, { citation: (n) => (n < 3 ? `{${n}}` : null) }));

describe("markdown", () => {
  it("knows its subset", () => {
    expect(draw("a **b** `c` *d*\ne")).toBe("<p>a <strong>b</strong> <code>c</code> <em>d</em><br></br>e</p>");
    expect(draw("one\n\ntwo")).toBe("<p>one</p><p>two</p>");
    expect(draw("- a\n- b\n\n1. c\n2) d")).toBe("<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>");
    expect(draw("```\n**x**\n```")).toBe("<pre><code>**x**</code></pre>");
    expect(draw("# Title")).toBe("<p><strong>Title</strong></p>");
  });

  it("draws citation marks that are known and leaves others", () => {
    expect(draw("yes [1][2] no [7]")).toBe("<p>yes {1}{2} no [7]</p>");
  });

  it("links https only, and no address that hides its host", () => {
    expect(draw("[a](https://x.example/p)")).toBe("<p><a https://x.example/p>a</a></p>");
    expect(draw("see https://x.example/p.")).toBe("<p>see <a https://x.example/p>https://x.example/p</a>.</p>");
    for (const bad of ["javascript:alert(1)", "http://x.example", "data:text/html,x", "//x.example", "https://bank.example@evil.example/"]) {
      expect(safeAddress(bad)).toBeNull();
      expect(draw(`[a](${bad})`)).not.toContain("<a");
    }
  });

  it("keeps HTML as the characters it is", () => {
    expect(draw('<img src=x onerror="alert(1)">')).toBe('<p><img src=x onerror="alert(1)"></p>');
    const [paragraph] = markdown("<b>x</b>") as VNode<{ children: ComponentChildren[] }>[];
    expect(paragraph!.props.children).toEqual(["<b>x</b>"]);
  });

  it("is not slowed by text made of signs", () => {
    for (const sign of ["*", "**", "`", "[", "[a](", "https://", "- ", "1. ", "\n"]) expect(drawn(markdown(sign.repeat(5000)))).toBeTypeOf("string");
  });

  it("speaks without signs", () => {
    expect(plainText("You have **30 days** [1].\n- `a`\n- [b](https://x.example)")).toBe("You have 30 days. a b");
  });
});
