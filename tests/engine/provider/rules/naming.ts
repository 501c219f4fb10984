/** Physical names, as pulumi-terraform-bridge makes them (pkg/tfbridge/names.go, `AutoName`). */
import { createHash, randomBytes } from "node:crypto";
import type { Failure } from "../schema/validate.ts";
import { textOf, type Values } from "../values.ts";
import type { ResourceRules } from "./resource-rules.ts";

/** What the engine sends for names: its random seed, and the setting `pulumi:autonaming`. */
export interface NameRequest {
  readonly logicalName: string;
  readonly seed: Uint8Array;
  readonly mode?: "propose" | "enforce" | "disable";
  readonly proposed?: string;
}

const SUFFIX_LENGTH = 7;
/** Inputs that the provider chose, not the program. */
export const DEFAULTS = "__defaults";

/** Adds the physical name if the program gives none. An earlier one is kept. */
export function withName(
  inputs: Values,
  old: Values | undefined,
  rules: ResourceRules,
  request: NameRequest,
): { inputs: Values; failures: Failure[] } {
  const { autoName } = rules;
  if (autoName === undefined || inputs[autoName.property] !== undefined) return { inputs, failures: [] };
  const { property, maximum, prefix } = autoName;
  const named = (name: unknown) => ({ inputs: { ...inputs, [property]: name, [DEFAULTS]: [property] }, failures: [] });
  if (prefix !== undefined && inputs[prefix] !== undefined) {
    const kept = old?.[prefix] === inputs[prefix] ? old[property] : undefined;
    return named(kept ?? `${textOf(inputs, prefix)}${suffix(request.seed, 26)}`);
  }
  if (old?.[property] !== undefined && isDefault(old, property)) return named(old[property]);
  if (request.mode === "disable") {
    return { inputs, failures: [{ property, reason: "is required, because automatic names are disabled" }] };
  }
  if (request.proposed !== undefined && request.proposed !== "") return named(request.proposed);
  const name = `${request.logicalName}-${suffix(request.seed, SUFFIX_LENGTH)}`;
  if (name.length <= maximum) return named(name);
  const reason = `'${request.logicalName}-' plus ${SUFFIX_LENGTH} random chars is longer than maximum length ${maximum}`;
  return { inputs, failures: [{ property, reason: `failed to auto-generate value: name ${reason}` }] };
}

/** Returns whether the provider chose this input. */
export function isDefault(inputs: Values, property: string): boolean {
  const chosen = inputs[DEFAULTS];
  return Array.isArray(chosen) && chosen.includes(property);
}

function suffix(seed: Uint8Array, length: number): string {
  const random = seed.length === 0 ? randomBytes(32) : seed;
  return createHash("sha256").update(random).digest("hex").slice(0, length);
}
