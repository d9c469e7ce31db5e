import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const sources = (folder: string): string =>
  readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"))
    .join("\n");

describe("words", () => {
  it("of the widget are all there and all used", () => {
    const words = JSON.parse(read("i18n/widget.en.json")) as Record<string, string>;
    const code = sources("widget");
    const used = new Set([...code.matchAll(/\bt\(\s*(?:away \? )?"(\w+)"/g)].map((found) => found[1]!));
    const known = new Set(Object.keys(words).map((key) => key.replace(/_(one|other)$/, "")));
    expect([...used].filter((key) => !known.has(key))).toEqual([]);
    expect([...known].filter((key) => !code.includes(`"${key}"`))).toEqual([]);
  });
});

describe("lock file", () => {
  it("names no registry", () => {
    expect(read("package-lock.json")).not.toContain('"resolved"');
  });
});

describe("on the customer's page", () => {
  it("never write HTML", () => {
    const writes = /innerHTML\s*=|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write/;
    expect(["loader", "shared", "widget"].filter((folder) => writes.test(sources(folder)))).toEqual([]);
  });
});
