import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const jsx = { jsx: { runtime: "automatic", importSource: "preact" } } as const;

/** Style for a constructed sheet: without spaces that only people need. */
const sheet = (path: string) => readFileSync(at(path), "utf8").replace(/\s+/g, " ").replace(/ ?([{};,]) ?/g, "$1").replace(/: /g, ":").replace(/;}/g, "}");

/** The loader runs on other people's pages: one classic script, nothing shared, no hashed name. */
const loader = defineConfig({
  define: { __CSS__: JSON.stringify(sheet("loader/launcher.css")) },
  build: {
    target: "es2020",
    emptyOutDir: false,
    lib: { entry: at("loader/loader.ts"), name: "warmlineLoader", formats: ["iife"], fileName: () => "warmline.js" },
  },
});

/** The tokens of the design language that a page never uses do not travel with it. */
const usedTokens: Plugin = {
  name: "used-tokens",
  generateBundle: {
    order: "post",
    handler(_options, bundle) {
      const files = Object.values(bundle);
      const text = files.map((file) => (file.type === "chunk" ? file.code : String(file.source))).join("\n");
      for (const file of files)
        if (file.type === "asset" && file.fileName.endsWith(".css"))
          file.source = String(file.source).replace(/(--[\w-]+):[^;{}]+;/g, (whole, name: string) => (text.includes(`var(${name})`) ? whole : ""));
    },
  },
};

/** One build for each page: what both use is not a file of its own, so a customer's page asks for less, and no byte of the console's. */
const pages = (names: string[]) => ({
  oxc: jsx,
  plugins: [usedTokens],
  build: {
    emptyOutDir: false,
    rolldownOptions: { input: Object.fromEntries(names.map((name) => [name, at(`${name}/index.html`)])) },
    modulePreload: { polyfill: false },
    // light-dark() as it is: rewritten for older browsers the tokens are twice as long.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Data URLs would need `font-src data:` or hide behind `img-src data:`; every asset stays a file.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8080", "/help": "http://127.0.0.1:8080" } },
  test: { include: ["test/**/*.test.{ts,tsx}"], environment: "node" as const },
});

export default defineConfig(({ mode }) => {
  if (mode === "loader") return loader;
  return pages(mode === "widget" || mode === "console" ? [mode] : ["widget", "console"]);
});
