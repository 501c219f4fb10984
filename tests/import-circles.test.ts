/** No file imports itself through others: files of a circle can only be read, moved and tested together. */
import { expect } from "chai";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

type Imports = ReadonlyMap<string, readonly string[]>;

const ROOT = join(import.meta.dirname, "..");
const { include } = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8")) as { include: string[] };

/** Returns each file with the project's files that it imports, type-only and dynamic imports included. */
function importsIn(folder: string): Imports {
  const files = statSync(join(ROOT, folder)).isFile() ? [folder] : globSync(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT });
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, file), "utf8"));
      const paths = importedFiles.map(({ fileName }) => fileName).filter((path) => path.startsWith("."));
      return [file, paths.map((path) => join(dirname(file), path))];
    }),
  );
}

/** Returns every circle that a search from each file meets, such as `["a.ts", "b.ts", "a.ts"]`. */
function circlesIn(imports: Imports): string[][] {
  const visited = new Set<string>();
  const follow = (file: string, path: readonly string[]): string[][] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file]];
    if (visited.has(file)) return [];
    visited.add(file);
    return (imports.get(file) ?? []).flatMap((imported) => follow(imported, [...path, file]));
  };
  return [...imports.keys()].flatMap((file) => follow(file, []));
}

describe("imports", () => {
  it("are not circular", () => {
    const folders = include.filter((folder) => folder !== "tests");
    const imports = new Map(folders.flatMap((folder) => [...importsIn(folder)]));
    expect(imports.get("local/main.ts")).to.include("local/run/run.ts");
    expect(circlesIn(imports).map((circle) => circle.join(" -> "))).to.deep.equal([]);
  });
});
