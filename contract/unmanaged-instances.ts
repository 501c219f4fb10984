/** Which EC2 instances must be managed by Systems Manager: infra/ sets it, the sweep reads it. */
export interface UnmanagedInstances {
  /** Hours that an instance has for its agent to register. */
  readonly minimumAgeHours: number;
  /** Tag keys with values. An instance with one of these tags is left out. Compared exactly, as in AWS. */
  readonly leaveOutTags: Readonly<Record<string, readonly string[]>>;
  /** Whether instances of Auto Scaling groups count. */
  readonly autoScaling: boolean;
}

/**
 * Reads the setting from an environment variable.
 *
 * @throws {Error} that says what is allowed
 */
export function parseUnmanagedInstances(text: string): UnmanagedInstances {
  const value = parsed(text);
  const { minimumAgeHours, leaveOutTags, autoScaling } = value as Partial<UnmanagedInstances>;
  const tags: unknown[] = typeof leaveOutTags === "object" ? Object.values(leaveOutTags) : [undefined];
  if (!Number.isInteger(minimumAgeHours) || typeof autoScaling !== "boolean" || !tags.every(isListOfWords)) {
    throw new Error("must be a JSON object with minimumAgeHours, leaveOutTags and autoScaling");
  }
  return value as UnmanagedInstances;
}

/**
 * Reads a list of words from an environment variable.
 *
 * @throws {Error} that says what is allowed
 */
export function parseWords(text: string): readonly string[] {
  const value = parsed(text);
  if (!isListOfWords(value)) throw new Error("must be a JSON array of words");
  return value;
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isListOfWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}
