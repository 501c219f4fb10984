import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Ec2Instance, Fleet, InventoryEntries } from "./fleet.ts";
import * as records from "./fleet-records.ts";
import { summariesOf } from "./synthetic-rows.ts";
import { InputError, shown } from "../../command-line/input-error.ts";
import { readingProblem, readJsonFile, readOptionalJsonFile } from "../../command-line/json-file.ts";

/**
 * Reads a fleet directory: files as `aws ssm <command> --output json` prints them. Other files are ignored.
 *
 * @throws {InputError} naming the file, the position in it, the value found and the values allowed
 */
export async function loadFleet(dir: string): Promise<Fleet> {
  await requireDirectory(dir);
  const nodes = await requiredList(
    dir,
    "describe-instance-information",
    "InstanceInformationList",
    records.instanceInformation,
  );
  const patchStates = await requiredList(
    dir,
    "describe-instance-patch-states",
    "InstancePatchStates",
    records.patchState,
  );
  const complianceItems = (await list(dir, "list-compliance-items", "ComplianceItems", records.complianceItem)) ?? [];
  const fleet: Fleet = {
    ...(await readAccount(dir)),
    nodes: eachOnce(join(dir, "describe-instance-information.json"), nodes),
    patchStates: eachOnce(join(dir, "describe-instance-patch-states.json"), patchStates),
    complianceItems,
    complianceSummaries:
      (await list(
        dir,
        "list-resource-compliance-summaries",
        "ResourceComplianceSummaryItems",
        records.complianceSummary,
      )) ?? summariesOf(complianceItems),
    inventory: await readInventory(join(dir, "list-inventory-entries")),
    findings: (await list(dir, "findings", "Findings", records.finding)) ?? [],
    arrives: await readArrivals(dir),
    tags: await readTags(dir),
    ...(await readRuns(dir)),
  };
  requireKnownArrivals(join(dir, "arrives.json"), fleet);
  return fleet;
}

/** Reads the optional files. A field is present only if its file is. */
async function readRuns(dir: string) {
  const reservations = await list(dir, "describe-instances", "Reservations", records.reservation);
  const commandInvocations = await list(
    dir,
    "list-command-invocations",
    "CommandInvocations",
    records.commandInvocation,
  );
  const associations = await list(dir, "list-associations", "Associations", records.association);
  const windowTasks = await list(
    dir,
    "describe-maintenance-window-execution-tasks",
    "WindowExecutionTaskIdentities",
    records.windowTask,
  );
  const windowTaskInvocations = await list(
    dir,
    "describe-maintenance-window-execution-task-invocations",
    "WindowExecutionTaskInvocationIdentities",
    records.windowTaskInvocation,
  );
  const instances: Ec2Instance[] | undefined = reservations?.flatMap(({ Instances }) => Instances ?? []);
  return {
    ...(instances && { instances }),
    ...(commandInvocations && { commandInvocations }),
    ...(associations && { associations }),
    ...(windowTasks && { windowTasks }),
    ...(windowTaskInvocations && { windowTaskInvocations }),
  };
}

async function readAccount(dir: string): Promise<Pick<Fleet, "account" | "region">> {
  const path = join(dir, "account.json");
  const { AccountId, Region } = parse(path, records.account, (await readOptionalJsonFile(path)) ?? {});
  return { account: AccountId, region: Region };
}

async function readArrivals(dir: string): Promise<Map<string, number>> {
  const path = join(dir, "arrives.json");
  const arrivals = parse(path, records.arrivals, (await readOptionalJsonFile(path)) ?? {});
  return new Map(Object.entries(arrivals).filter(([, seconds]) => seconds > 0));
}

async function readTags(dir: string): Promise<Fleet["tags"]> {
  const path = join(dir, "tags.json");
  const tags = parse(path, records.tags, (await readOptionalJsonFile(path)) ?? {});
  return new Map(Object.entries(tags).filter(([, ofNode]) => Object.keys(ofNode).length > 0));
}

const INVENTORY_FILE = /^([^.]*)\.(AWS|Custom)\.([^.]+)\.json$/;

async function readInventory(dir: string): Promise<Map<string, Map<string, InventoryEntries>>> {
  const inventory = new Map<string, Map<string, InventoryEntries>>();
  for (const file of await inventoryFiles(dir)) {
    const [, nodeId = "", vendor = "", type = ""] = INVENTORY_FILE.exec(file) ?? [];
    if (nodeId === "") continue;
    const path = join(dir, file);
    requireInventoryName(path, nodeId);
    const entries = parse(path, records.inventoryEntries, await readJsonFile(path));
    requireSame(path, "InstanceId", entries.InstanceId, nodeId);
    requireSame(path, "TypeName", entries.TypeName, `${vendor}:${type}`);
    const ofNode = inventory.get(nodeId) ?? new Map<string, InventoryEntries>();
    inventory.set(nodeId, ofNode.set(`${vendor}:${type}`, entries));
  }
  return inventory;
}

async function inventoryFiles(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new InputError(`${dir}: ${readingProblem(error)}`, { cause: error });
  }
}

async function requireDirectory(dir: string): Promise<void> {
  const found = await stat(dir).catch((error: unknown) => {
    throw new InputError(
      `fleet directory ${dir}: ${readingProblem(error)}. Allowed: a directory with describe-instance-information.json and describe-instance-patch-states.json`,
      { cause: error },
    );
  });
  if (!found.isDirectory()) throw new InputError(`fleet directory ${dir}: is not a directory`);
}

async function requiredList<Item extends z.ZodType>(dir: string, file: string, key: string, item: Item) {
  const path = join(dir, `${file}.json`);
  const found = await list(dir, file, key, item);
  if (found === undefined) {
    throw new InputError(`${path}: does not exist. A fleet needs it: the output of aws ssm ${file} --output json`);
  }
  return found;
}

/** Returns the list under `key` of a file, or undefined if the file does not exist. */
async function list<Item extends z.ZodType>(
  dir: string,
  file: string,
  key: string,
  item: Item,
): Promise<z.output<Item>[] | undefined> {
  const path = join(dir, `${file}.json`);
  const document = await readOptionalJsonFile(path);
  if (document === undefined) return undefined;
  const { [key]: found } = parse(path, z.looseObject({}, `an object with the key ${key}`), document);
  if (!Array.isArray(found)) {
    const instead = found === undefined ? shown(document) : `${shown(found)} under ${key}`;
    throw new InputError(`${path}: contains ${instead}. Allowed: {"${key}": [...]}, as the AWS CLI prints it`);
  }
  return parse(path, z.array(item), found, [key]);
}

/** Parses a value with a schema. `at` is the position of the value in the file. */
function parse<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  value: unknown,
  at: readonly string[] = [],
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path ?? [];
  const pointer = [...at, ...place].map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  const key = issue?.code === "invalid_key" ? issue.issues[0]?.message : undefined;
  const found = key === undefined ? shown(lookUp(value, place)) : `the key ${shown(place.at(-1))}`;
  throw new InputError(
    `${path}: ${found} at ${shortened(pointer.join("")) || "the top"}. Allowed: ${key ?? issue?.message ?? "another shape"}`,
  );
}

function shortened(pointer: string): string {
  return pointer.length <= 200 ? pointer : `${pointer.slice(0, 197)}...`;
}

function lookUp(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== "object" || found === null) return undefined;
    const member: unknown = Object.getOwnPropertyDescriptor(found, part)?.value;
    found = member;
  }
  return found;
}

/** Checks that each node has one record. With two, it would be unclear which one is true. */
function eachOnce<Node extends { readonly InstanceId: string }>(path: string, nodes: Node[]): Node[] {
  const seen = new Set<string>();
  for (const { InstanceId } of nodes) {
    if (seen.has(InstanceId)) throw new InputError(`${path}: ${InstanceId} occurs twice. Allowed: one record per node`);
    seen.add(InstanceId);
  }
  return nodes;
}

function requireInventoryName(path: string, nodeId: string): void {
  if (records.NODE_ID.test(nodeId)) return;
  throw new InputError(
    `${path}: ${shown(nodeId)} is not a node id. Allowed: <node id>.<AWS.PatchSummary|AWS.PatchCompliance>.json`,
  );
}

function requireSame(path: string, key: string, found: string | undefined, expected: string): void {
  if (found === undefined || found === expected) return;
  throw new InputError(`${path}: ${shown(found)} at /${key}. Allowed: ${expected}, as the file's name says`);
}

function requireKnownArrivals(path: string, fleet: Fleet): void {
  const known = new Set([
    ...fleet.nodes.map(({ InstanceId }) => InstanceId),
    ...fleet.patchStates.map(({ InstanceId }) => InstanceId),
    ...fleet.complianceItems.map(({ ResourceId }) => ResourceId),
    ...fleet.complianceSummaries.map(({ ResourceId }) => ResourceId),
    ...fleet.inventory.keys(),
  ]);
  for (const nodeId of fleet.arrives.keys()) {
    if (!known.has(nodeId)) throw new InputError(`${path}: ${nodeId} is in no other file of this fleet`);
  }
}
