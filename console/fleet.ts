import * as z from "zod";
import { COMPLIANCE_STATES, type FleetPage, type NodeRow } from "./api.ts";
import { pageOf } from "./paging.ts";

const stateFilter = z.enum(COMPLIANCE_STATES).optional().catch(undefined);

/** Returns one page of rows. @param wanted one compliance state, or all @param text part of a node's id or name */
export function fleetPage(rows: readonly NodeRow[], wanted?: string, text = "", page?: string): FleetPage {
  const state = stateFilter.parse(wanted === "" ? undefined : wanted);
  const part = text.toLowerCase();
  const passing = rows.filter(
    ({ compliance, nodeId, name = "" }) =>
      (state === undefined || compliance === state) && `${nodeId} ${name}`.toLowerCase().includes(part),
  );
  const byCompliance = { noncompliant: 0, compliant: 0, unknown: 0, "never scanned": 0 };
  for (const { compliance } of rows) byCompliance[compliance] += 1;
  return { ...pageOf(passing, page), byCompliance };
}
