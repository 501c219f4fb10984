import type { CapturedResource } from "./captured-resource.ts";
import { isResourceType, type SimulatedType } from "./resource-types.ts";

/** The captured resources by type. */
export interface SortedGraph {
  of(type: SimulatedType): readonly CapturedResource[];
  /** Returns the ARN of the queue with this URL. @throws {Error} if there is none */
  queueArn(url: string): string;
}

/** Groups resources by type. @throws {Error} naming a resource of an unknown type */
export function sortByType(resources: readonly CapturedResource[]): SortedGraph {
  for (const { type, name } of resources) {
    if (isResourceType(type)) continue;
    throw new Error(
      `resource ${name} has type ${type}, which the local run does not know; add it to local/program/resource-types.ts`,
    );
  }
  const of = (wanted: SimulatedType) => resources.filter(({ type }) => type === wanted);
  return {
    of,
    queueArn: (url) => {
      const queue = of("aws:sqs/queue:Queue").find(({ id }) => id === url);
      if (queue === undefined) throw new Error(`no queue of the graph has the URL ${JSON.stringify(url)}`);
      return queue.arn;
    },
  };
}
