import { createHmac } from "node:crypto";
import { isHybrid } from "../functions/domain/node-reference.ts";

/** Members whose whole value names someone or something of the account. */
const NAMING = new Set([
  ...["ComputerName", "Name", "IPAddress", "IPV6Address", "IamRole", "ActivationId", "PatchGroup", "OwnerInformation"],
  ...["InstallOverrideList", "AssociationName", "UpdatedBy"],
]);
/** What people wrote. */
const PROSE = new Set(["Note", "UserDefinedFields"]);
const NODE_IDS = /\b(?:mi-[0-9a-zA-Z]{17}|i-[0-9a-zA-Z]{17}|i-[0-9a-zA-Z]{8})\b/g;
const ACCOUNTS = /(?<![0-9a-zA-Z-])\d{12}(?![0-9a-zA-Z-])/g;

/** The account that stands for every redacted one. */
export const REDACTED_ACCOUNT = "123456789012";

/**
 * Replaces ids and names by others, the same by the same, so that records still fit together. Whoever has the key can
 * find out which is which; without it nobody can. What a patch is called stays.
 */
export function redactor(key: string): <Value>(value: Value) => Value {
  const digest = (text: string): string => createHmac("sha256", key).update(text).digest("hex");
  const node = (id: string): string =>
    isHybrid(id) ? `mi-${digest(id).slice(0, 17)}` : `i-${digest(id).slice(0, id.length - 2)}`;
  const text = (value: string): string => value.replaceAll(NODE_IDS, node).replaceAll(ACCOUNTS, REDACTED_ACCOUNT);
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    const members = Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
      if (PROSE.has(name)) return [];
      const names = NAMING.has(name) && typeof member === "string" && member !== "";
      return [[text(name), names ? `redacted-${digest(member).slice(0, 10)}` : walk(member)] as const];
    });
    return Object.fromEntries(members);
  };
  return (value) => walk(value) as typeof value;
}
