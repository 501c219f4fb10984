/** The nodes in the messages of a queue. */
import * as z from "zod";
import { parseIfJson } from "../../command-line/json-syntax.ts";

const ofProgram = z.object({ references: z.array(z.object({ nodeId: z.string() })) });
const quarantined = z.object({ nodeId: z.string() });
/** An event about a node, or about an execution that failed. */
const event = z.object({
  detail: z.object({
    "instance-id": z.string().optional(),
    "resource-id": z.string().optional(),
    input: z.string().nullish(),
  }),
});

/**
 * Returns the nodes that a message names. A message of another program names none.
 *
 * @example nodesOfMessage('{"references":[{"nodeId":"i-0a11c2e5d7f90b3a1"}]}'); // ["i-0a11c2e5d7f90b3a1"]
 */
export function nodesOfMessage(body: string): string[] {
  const message = parseIfJson(body);
  const references = ofProgram.safeParse(message).data?.references;
  if (references !== undefined) return references.map(({ nodeId }) => nodeId);
  const nodeId = quarantined.safeParse(message).data?.nodeId;
  if (nodeId !== undefined) return [nodeId];
  const detail = event.safeParse(message).data?.detail;
  const input = ofProgram.safeParse(parseIfJson(detail?.input ?? "")).data;
  if (input !== undefined) return input.references.map((reference) => reference.nodeId);
  return [detail?.["instance-id"] ?? detail?.["resource-id"] ?? []].flat();
}
