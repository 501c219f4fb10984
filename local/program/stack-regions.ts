import * as z from "zod";
import type { StackConfig } from "./config-file.ts";
import { partitionOf } from "./partition.ts";

const setting = (name: string): string => `patch-manager-findings:${name}`;
const REGIONS = setting("regions");
/** The AWS provider's own Region. */
const PROVIDER_REGION = "aws:region";
/** Settings whose keys are Regions. */
const BY_REGION = [setting("kmsKeys"), setting("additionalKmsKeys"), setting("maintenanceWindows")];

const regionsSetting = z.tuple([z.string()], z.string());
const byRegion = z.record(z.string(), z.unknown());

/**
 * Returns the settings with the first Region replaced by the fleet's, also in KMS keys, windows and ARNs. Regions in
 * another partition than the fleet's are left out, and so is the provider's own. A malformed list of Regions is left
 * to the program, which rejects it.
 */
export function withRegion(config: StackConfig, region: string): StackConfig {
  const given = config[REGIONS];
  if (given === undefined) return { ...config, [REGIONS]: JSON.stringify([region]) };
  const parsed = regionsSetting.safeParse(structured(given));
  if (!parsed.success || parsed.data.includes(region)) return config;
  const [first, ...others] = parsed.data;
  const [from, to] = [partitionOf(first), partitionOf(region)];
  const left = others.filter((other) => partitionOf(other) !== to);
  const kept = Object.entries(config).filter(([key]) => key !== PROVIDER_REGION || from === to);
  const moved = kept.map(([key, text]) => {
    const value = BY_REGION.includes(key) ? movedKeys(text, { first, region, left }) : text;
    return [key, value.replaceAll(`arn:${from}:`, `arn:${to}:`)] as const;
  });
  const regions = [region, ...others.filter((other) => !left.includes(other))];
  return { ...Object.fromEntries(moved), [REGIONS]: JSON.stringify(regions) };
}

interface Move {
  readonly first: string;
  readonly region: string;
  readonly left: readonly string[];
}

function movedKeys(text: string, { first, region, left }: Move): string {
  const parsed = byRegion.safeParse(structured(text));
  if (!parsed.success) return text;
  const kept = Object.entries(parsed.data).filter(([key]) => !left.includes(key));
  const moved = kept.map(([key, value]) => {
    if (key !== first) return [key, value];
    return [region, JSON.parse(JSON.stringify(value).replaceAll(`:kms:${first}:`, `:kms:${region}:`)) as unknown];
  });
  return JSON.stringify(Object.fromEntries(moved));
}

/** Parses structured settings. Plain strings are not JSON. */
function structured(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
