import * as pulumi from "@pulumi/pulumi";

/** Tells whether a stack holds a setting encrypted, whole or in part. @param key such as `aws:token` */
export type IsSecret = (key: string) => boolean;

/** Pulumi's own function. It is in Pulumi's runtime, but not in its typings. */
export const { isConfigSecret } = pulumi.runtime as unknown as { readonly isConfigSecret: IsSecret };
