import * as pulumi from "@pulumi/pulumi";

/**
 * A component of this program. Its type is short, because `pulumi preview` shows types in one column: with long ones,
 * names do not fit into a terminal of 100 columns.
 *
 * @example
 * export class Sweep extends Component {
 *   constructor(name: string, args: SweepArgs, opts?: pulumi.ComponentResourceOptions) {
 *     super("flow:Sweep", name, opts);
 *   }
 * }
 */
export class Component extends pulumi.ComponentResource {
  /** @param type folder below infra/ and name of the class */
  constructor(
    type: `${"flow" | "index" | "parts" | "watch"}:${string}`,
    name: string,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    // Without the alias all resources below would be replaced.
    const aliases = [{ type: earlierType(type.split(":")[1] ?? "") }];
    super(`patch-findings:${type}`, name, {}, pulumi.mergeOptions(opts, { aliases }));
  }
}

/** Returns the type that a component had up to version 0.2.0. */
export const earlierType = (className: string): string => `patch-manager-findings:index:${className}`;
