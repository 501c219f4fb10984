/**
 * The account folder: `<folder>/<account>/<region or "global">/<type>/<resource>.json`. Several provider processes
 * share it without locks: a file appears and changes atomically, and two processes cannot create the same one.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AccountEntry } from "./account-entry.ts";

type Place = Pick<AccountEntry, "type" | "account" | "region" | "key">;

/** The resources in a folder, of one account. */
export class Account {
  readonly #folder: string;
  readonly id: string;

  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.id = id;
  }

  /** Returns the resources of a type, in all Regions. */
  all(type: string): AccountEntry[] {
    const regions = namesIn(join(this.#folder, this.id));
    return regions.flatMap((region) => {
      const folder = join(this.#folder, this.id, region, typeFolder(type));
      return namesIn(folder).flatMap((name) => readEntry(join(folder, name)) ?? []);
    });
  }

  /** Returns the resource of a type with this ARN. */
  byArn(type: string, arn: string): AccountEntry | undefined {
    return this.all(type).find(({ computed }) => computed["arn"] === arn);
  }

  get(place: Omit<Place, "account">): AccountEntry | undefined {
    return readEntry(this.#path(place));
  }

  /** Adds a resource. @returns false if it exists already */
  add(entry: AccountEntry): boolean {
    const written = this.#write(entry);
    try {
      linkSync(written, this.#path(entry));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      rmSync(written);
    }
  }

  /** Writes a resource, whether it exists or not. */
  put(entry: AccountEntry): void {
    renameSync(this.#write(entry), this.#path(entry));
  }

  remove(place: Omit<Place, "account">): void {
    rmSync(this.#path(place), { force: true });
  }

  /** Writes to a name that is not read as a resource. */
  #write(entry: AccountEntry): string {
    const path = this.#path(entry);
    mkdirSync(dirname(path), { recursive: true });
    const written = `${path}.${randomUUID()}.new`;
    writeFileSync(written, JSON.stringify(entry, undefined, 2));
    return written;
  }

  #path(place: Omit<Place, "account">): string {
    return entryPath(this.#folder, { ...place, account: this.id });
  }
}

/** Returns the path of a resource's file. */
export function entryPath(folder: string, { type, account, region, key }: Place): string {
  const readable = key.replaceAll(/[^\w.-]+/gu, "_").slice(-100);
  const distinct = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return join(folder, account, region === "" ? "global" : region, typeFolder(type), `${readable}.${distinct}.json`);
}

/** Returns all resources of all accounts in the folder. */
export function accountEntries(folder: string): AccountEntry[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name.endsWith(".json"))
    .flatMap((file) => readEntry(join(file.parentPath, file.name)) ?? []);
}

/** `aws:sqs/queue:Queue` is in `sqs-queue`. */
const typeFolder = (type: string): string => type.replace(/^aws:/u, "").replace(/:.*$/u, "").replace("/", "-");

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.endsWith(".new"));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** Another process may delete the file at any time. */
function readEntry(path: string): AccountEntry | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as AccountEntry;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
