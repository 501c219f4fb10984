/** The shape of an input, read from the typings of @pulumi/aws. */
export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "asset" | "archive" | "any" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "array" | "map"; readonly of: Shape }
  | { readonly kind: "union"; readonly of: readonly Shape[] }
  | ObjectShape;

export interface ObjectShape {
  readonly kind: "object";
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Shape>>;
}

/** The inputs of each resource type, by type token. */
export type Schema = Readonly<Record<string, ObjectShape>>;
