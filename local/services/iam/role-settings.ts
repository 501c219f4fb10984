import * as z from "zod";
import { readInputs } from "../../program/resource-inputs.ts";
import type { SortedGraph } from "../../program/sorted-graph.ts";
import type { Roles } from "./roles.ts";

const roleSchema = z.strictObject({
  name: z.string().optional(),
  namePrefix: z.string().optional(),
  description: z.string().optional(),
  assumeRolePolicy: z.string(),
  maxSessionDuration: z.number().optional(),
  permissionsBoundary: z.string().optional(),
});
const rolePolicySchema = z.strictObject({ name: z.string().optional(), role: z.string(), policy: z.string() });

/** Registers roles and their inline policies. */
export function addRoles(graph: SortedGraph, roles: Roles): void {
  for (const resource of graph.of("aws:iam/role:Role")) {
    roles.add(resource.id, resource.arn, readInputs(resource, roleSchema).assumeRolePolicy);
  }
  for (const resource of graph.of("aws:iam/rolePolicy:RolePolicy")) {
    const inputs = readInputs(resource, rolePolicySchema);
    roles.attach(inputs.role, inputs.policy);
  }
}
