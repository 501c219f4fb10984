/** Bundles the page's files in memory from the sources in page/. */
import { build, type BuildOptions } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const page = (file: string): string => fileURLToPath(new URL(`./page/${file}`, import.meta.url));

const OPTIONS = {
  entryPoints: { page: page("main.tsx") },
  outdir: "/assets",
  bundle: true,
  write: false,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** Returns the files by path. @throws if a source of the page cannot be bundled */
export async function pageAssets(): Promise<ReadonlyMap<string, Asset>> {
  const [html, icon, { outputFiles }] = await Promise.all([
    readFile(page("index.html"), "utf8"),
    readFile(page("icon.svg"), "utf8"),
    build(OPTIONS),
  ]);
  const bundled = outputFiles.map(({ path, text }): [string, Asset] => {
    const name = path.slice(path.lastIndexOf("/"));
    return [`/assets${name}`, { type: TYPES[name.slice(name.lastIndexOf("."))] ?? "text/plain", body: text }];
  });
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: html }],
    ["/assets/icon.svg", { type: "image/svg+xml", body: icon }],
    ...bundled,
  ]);
}
