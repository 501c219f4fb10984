/**
 * What `pulumi up` would do after a change of settings, without the engine: the graphs of the program before and after
 * it, compared by the stand-in provider's rules.
 */
import type { CapturedResource } from "../../../local/program/captured-resource.ts";
import type { StackConfig } from "../../../local/program/config-file.ts";
import { captureGraph } from "../../../local/program/graph.ts";
import { checkResource, type Inherited } from "../provider/rules/check.ts";
import { diffResource } from "../provider/rules/diff.ts";
import { RESOURCE_TYPES } from "../provider/rules/resource-types.ts";
import { archive } from "../provider/sample-inputs.ts";
import { cachedSchema } from "../provider/schema/cached-schema.ts";
import { PROVIDER_TYPE } from "../provider/schema/provider-type.ts";
import type { Schema } from "../provider/schema/shape.ts";
import { objectOf, sameValue, textOf, type Values } from "../provider/values.ts";
import type { Change } from "./changes-of.ts";

/** Inputs as the provider's Check leaves them, by type and name. */
type Checked = ReadonlyMap<string, CapturedResource & { readonly inputs: Values }>;

/** Returns the changes of a stack whose settings change. A replaced resource has the operation "replace". */
export async function plannedChanges(before: StackConfig, after: StackConfig): Promise<Change[]> {
  const schema = await cachedSchema([PROVIDER_TYPE, ...RESOURCE_TYPES]);
  const old = await checkedGraph(before, schema);
  const news = await checkedGraph(after, schema, old);
  const created = [...news].filter(([key]) => !old.has(key)).map(([, each]) => toChange("create", each));
  const deleted = [...old].filter(([key]) => !news.has(key)).map(([, each]) => toChange("delete", each));
  const kept = [...news].flatMap(([key, each]) => {
    const earlier = old.get(key);
    const op = earlier && changeOf(each.type, earlier.inputs, each.inputs);
    return op === undefined ? [] : [toChange(op, each)];
  });
  return [...created, ...deleted, ...kept];
}

const toChange = (op: string, { type, name }: CapturedResource): Change => ({ op, type, name });

const captured = new Map<string, Promise<CapturedResource[]>>();

/** Runs the program, or returns the graph of an earlier run with these settings. */
export function capturedOnce(config: StackConfig): Promise<CapturedResource[]> {
  const key = JSON.stringify(config);
  const running = captured.get(key) ?? captureGraph({ config, suffix: "-0123abc", stack: "trial" });
  captured.set(key, running);
  return running;
}

async function checkedGraph(config: StackConfig, schema: Schema, old?: Checked): Promise<Checked> {
  const resources = await capturedOnce(config);
  const inherited = inheritedFrom(resources);
  const entries = resources.map((resource) => {
    const key = `${resource.type} ${resource.name}`;
    return [key, { ...resource, inputs: checkedInputs(resource, schema, inherited, old?.get(key)?.inputs) }] as const;
  });
  const checked = new Map(entries);
  if (checked.size < entries.length) throw new Error("two resources have the same type and name");
  return checked;
}

/** The settings of the provider of all Regions. */
function inheritedFrom(resources: readonly CapturedResource[]): Inherited {
  const { inputs = {} } = resources.find(({ type, name }) => type === PROVIDER_TYPE && name === "aws") ?? {};
  return { region: textOf(inputs, "region"), defaultTags: objectOf(objectOf(parsed(inputs), "defaultTags"), "tags") };
}

/** Pulumi sends structured inputs of a provider as JSON texts. */
function parsed(inputs: Values): Values {
  const { defaultTags } = inputs;
  return typeof defaultTags === "string" ? { ...inputs, defaultTags: JSON.parse(defaultTags) as unknown } : inputs;
}

function checkedInputs(
  { type, name, inputs }: CapturedResource,
  schema: Schema,
  inherited: Inherited,
  olds: Values | undefined,
): Values {
  if (!RESOURCE_TYPES.includes(type)) return inputs;
  const { code } = inputs;
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined);
  const news = {
    ...Object.fromEntries(given),
    ...(code !== undefined && { code: archive(code as Readonly<Record<string, string>>) }),
  };
  const request = { type, news, logicalName: name, seed: new Uint8Array(), ...(olds && { olds }) };
  const { inputs: checked, failures } = checkResource(request, schema, inherited);
  if (failures.length > 0) throw new Error(`${type} ${name}: ${JSON.stringify(failures)}`);
  return checked;
}

/** Returns what the engine does with a resource that stays in the program. */
function changeOf(type: string, old: Values, news: Values): "update" | "replace" | undefined {
  if (!RESOURCE_TYPES.includes(type)) return sameValue(old, news) ? undefined : "update";
  const { changed, replaces } = diffResource(type, old, news);
  if (replaces.length > 0) return "replace";
  return changed.length > 0 ? "update" : undefined;
}
