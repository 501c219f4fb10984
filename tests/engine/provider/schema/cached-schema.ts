/** Keeps the schema between processes: one provider process per deployment would read 6 MB of typings each time. */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Schema } from "./shape.ts";

const AWS_PACKAGE = createRequire(import.meta.url).resolve("@pulumi/aws/package.json");

/** The version of @pulumi/aws. */
export const AWS_VERSION = (JSON.parse(readFileSync(AWS_PACKAGE, "utf8")) as { version: string }).version;

/** Returns the inputs of these types, from the cache in the temporary folder if it has them. */
export async function cachedSchema(types: readonly string[]): Promise<Schema> {
  const reader = readFileSync(join(import.meta.dirname, "typings.ts"));
  const key = createHash("sha256")
    .update(reader)
    .update(JSON.stringify([AWS_VERSION, types]))
    .digest("hex");
  const path = join(tmpdir(), `stand-in-aws-schema-${key.slice(0, 16)}.json`);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Schema;
  } catch {
    const { readTypings } = await import("./typings.ts");
    const schema = readTypings(dirname(AWS_PACKAGE), types);
    const written = `${path}.${randomUUID()}`;
    writeFileSync(written, JSON.stringify(schema));
    // Atomic, because processes start at the same time.
    renameSync(written, path);
    return schema;
  }
}
