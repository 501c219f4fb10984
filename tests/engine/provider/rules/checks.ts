/** Checks of single inputs. Each returns why AWS refuses a known value, or undefined. */
import { isUnknown, type Values } from "../values.ts";

export type Check = (value: unknown) => string | undefined;

interface TextLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: RegExp;
}

export function text({ minimum = 0, maximum = Infinity, pattern }: TextLimits): Check {
  return (value) => {
    const given = String(value);
    // AWS counts characters, not UTF-16 units.
    const { length } = Array.from(given);
    if (length < minimum || length > maximum) {
      return `must have ${minimum} to ${maximum} characters; it has ${length}`;
    }
    return pattern === undefined || pattern.test(given) ? undefined : `must match ${pattern.source}`;
  };
}

export function integer(minimum: number, maximum: number): Check {
  return (value) =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum
      ? undefined
      : `must be a whole number from ${minimum} to ${maximum}, not ${JSON.stringify(value)}`;
}

export function oneOf(...allowed: readonly unknown[]): Check {
  return (value) =>
    allowed.includes(value) ? undefined : `must be one of ${allowed.join(", ")}, not ${String(value)}`;
}

/** Accepts JSON of at most so many UTF-8 bytes. */
export function json(maximumBytes: number): Check {
  return (value) => {
    const bytes = Buffer.byteLength(String(value));
    if (bytes > maximumBytes) return `must have at most ${maximumBytes} bytes; it has ${bytes}`;
    return parsed(String(value)) === undefined ? "must be JSON" : undefined;
  };
}

/** A Region in an ARN, as the Lambda API reference has it. */
const REGION = String.raw`((eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d)`;

/** Accepts an ARN of one of these services. */
export function arnOf(...services: readonly string[]): Check {
  const pattern = new RegExp(String.raw`^arn:aws[\w-]*:(${services.join("|")}):${REGION}?:(\d{12}|aws)?:.+$`, "u");
  return (value) => (pattern.test(String(value)) ? undefined : `must be an ARN of ${services.join(" or ")}`);
}

/** Returns the parsed JSON object or array; undefined if it is neither. */
export function parsed(given: string): Values | unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(given);
    return typeof value === "object" && value !== null ? (value as Values) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the value at a path such as `environment.variables`; undefined if it is absent or unknown. */
export function valueAt(values: Values, path: string): unknown {
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => (typeof inner === "object" ? (inner as Values | null)?.[key] : undefined), values);
  return isUnknown(value) ? undefined : value;
}
