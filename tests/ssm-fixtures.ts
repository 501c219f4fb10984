import { fileURLToPath } from "node:url";
import { loadFleet } from "../local/fleet-file.ts";
import type { Fleet } from "../local/fleet.ts";
import { SystemsManager } from "../local/ssm.ts";

export type Answer = Record<string, unknown> & { NextToken?: string };

export const sample = await loadFleet(fileURLToPath(new URL("../local/sample-fleet", import.meta.url)));
export const standIn = (fleet: Fleet = sample) => new SystemsManager(fleet);
export const call = (service: SystemsManager, operation: string, input: object) =>
  service.call(operation, { ...input }) as Answer;

export function rows(answer: Answer): Record<string, unknown>[] {
  const list = Object.values(answer).find((value) => Array.isArray(value));
  return list as Record<string, unknown>[];
}

export function allPages(service: SystemsManager, operation: string, input: object): Record<string, unknown>[][] {
  const pages: Record<string, unknown>[][] = [];
  let next: { NextToken?: string } = {};
  do {
    const answer = call(service, operation, { ...input, ...next });
    pages.push(rows(answer));
    next = answer.NextToken === undefined ? {} : { NextToken: answer.NextToken };
  } while (next.NextToken !== undefined);
  return pages;
}
