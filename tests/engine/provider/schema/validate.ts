import { isArchive, isAsset, isObject, isUnknown, type Values } from "../values.ts";
import type { ObjectShape, Shape } from "./shape.ts";

/** One input that is refused. */
export interface Failure {
  /** Path of the input, such as `environment.variables`. */
  readonly property: string;
  readonly reason: string;
}

/** Returns the inputs that are unknown, missing or of the wrong type. Values that only a deployment knows pass. */
export function validate(values: Values, shape: ObjectShape, path = ""): Failure[] {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const missing = shape.required
    .filter((name) => values[name] === undefined)
    .map((name) => ({ property: at(name), reason: "is required" }));
  const given = Object.entries(values).filter(([name]) => !name.startsWith("__"));
  const wrong = given.flatMap(([name, value]) => {
    const property = shape.properties[name];
    return property === undefined
      ? [{ property: at(name), reason: "is not an input of this type" }]
      : failuresOf(value, property, at(name));
  });
  return [...missing, ...wrong];
}

function failuresOf(value: unknown, shape: Shape, path: string): Failure[] {
  if (isUnknown(value)) return [];
  switch (shape.kind) {
    case "object":
      return isObject(value) ? validate(value, shape, path) : mistyped(value, "an object", path);
    case "array":
      return Array.isArray(value)
        ? value.flatMap((item, index) => failuresOf(item, shape.of, `${path}[${index}]`))
        : mistyped(value, "a list", path);
    case "map":
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => failuresOf(item, shape.of, `${path}.${key}`))
        : mistyped(value, "an object", path);
    case "union": {
      const all = shape.of.map((each) => failuresOf(value, each, path));
      return all.find((failures) => failures.length === 0) ?? all[0] ?? [];
    }
    case "enum":
      return shape.values.includes(String(value)) ? [] : mistyped(value, `one of ${shape.values.join(", ")}`, path);
    case "asset":
      return isAsset(value) || isArchive(value) ? [] : mistyped(value, "an asset", path);
    case "archive":
      return isArchive(value) ? [] : mistyped(value, "an archive", path);
    case "any":
      return [];
    case "string":
    case "number":
    case "boolean":
      return typeof value === shape.kind ? [] : mistyped(value, `a ${shape.kind}`, path);
  }
}

function mistyped(value: unknown, expected: string, property: string): Failure[] {
  return [{ property, reason: `must be ${expected}, not ${JSON.stringify(value)}` }];
}
