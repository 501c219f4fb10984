import type * as pulumi from "@pulumi/pulumi";

/**
 * Returns a transformation that puts the AWS resources below a component into one Region. One provider serves all
 * Regions: each provider is a process of several hundred megabytes. IAM has no Regions.
 *
 * https://www.pulumi.com/registry/packages/aws/how-to-guides/aws-enhanced-region-support/
 *
 * @example
 * super(type, name, {}, pulumi.mergeOptions(opts, { transformations: [inRegion("eu-west-1")] }));
 */
export function inRegion(region: string): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("aws:") && !type.startsWith("aws:iam/")
      ? { props: { ...(props as object), region }, opts }
      : undefined;
}
