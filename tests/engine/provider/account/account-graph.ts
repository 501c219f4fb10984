import { join } from "node:path";
import type { CapturedResource } from "../../../../local/program/captured-resource.ts";
import { isObject, type Values } from "../values.ts";
import type { AccountEntry } from "./account-entry.ts";
import { accountEntries } from "./account.ts";

interface GraphOptions {
  /** Returns the URL under which the run serves a queue. Default: AWS's. */
  readonly queueUrl?: (account: string, region: string, name: string) => string;
}

/**
 * Returns what `pulumi up` created, as the embedded run takes it: the inputs that the program gave, logical names, and
 * a function's code as the paths of its files.
 *
 * @example const cloud = await startCloud({ resources: accountGraph(stack.account), gateway, services, now });
 */
export function accountGraph(folder: string, { queueUrl }: GraphOptions = {}): CapturedResource[] {
  const entries = accountEntries(folder);
  const urls = new Map(
    entries.flatMap(({ computed, account, region, inputs }) =>
      typeof computed["url"] === "string" && queueUrl !== undefined
        ? [[computed["url"], queueUrl(account, region, String(inputs["name"]))]]
        : [],
    ),
  );
  return entries.map((entry) => captured(entry, folder, urls));
}

/** The provider adds these to the program's inputs. */
const ADDED = ["region", "tagsAll"];

function captured(entry: AccountEntry, folder: string, urls: ReadonlyMap<string, string>): CapturedResource {
  const { type, logicalName, id, computed, region, chosen = [], code } = entry;
  const given = Object.entries(entry.inputs).filter(([name]) => !ADDED.includes(name) && !chosen.includes(name));
  const files = Object.entries(code ?? {}).map(([name, path]) => [name, join(folder, path)] as const);
  const inputs = { ...Object.fromEntries(given), ...(code && { code: Object.fromEntries(files) }) };
  return {
    type,
    name: logicalName,
    inputs: replaceTexts(inputs, urls) as Values,
    id: urls.get(id) ?? id,
    arn: typeof computed["arn"] === "string" ? computed["arn"] : "",
    region,
  };
}

function replaceTexts(value: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return texts.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, texts));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceTexts(item, texts)]));
}
