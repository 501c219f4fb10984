/**
 * The parts of Amazon States Language that the local engine (aws-local-stepfunctions 3) runs as AWS does. All others
 * are refused with the state and the field, because the engine ignores some and gets others wrong.
 */

/** A state, as JSON. */
export type State = Readonly<Record<string, unknown>>;

const COMMON = ["Type", "Comment", "InputPath", "OutputPath", "Next", "End"];
const RESULT = ["ResultPath", "ResultSelector"];
const ERRORS = ["Retry", "Catch"];

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...COMMON, ...RESULT, ...ERRORS, "Resource", "Parameters", "TimeoutSeconds"],
  Pass: [...COMMON, "Parameters", "ResultPath", "Result"],
  Choice: ["Type", "Comment", "InputPath", "OutputPath", "Choices", "Default"],
  Wait: [...COMMON, "Seconds"],
  Succeed: ["Type", "Comment", "InputPath", "OutputPath"],
  Fail: ["Type", "Comment", "Error", "Cause", "ErrorPath", "CausePath"],
  Map: [...COMMON, ...RESULT, ...ERRORS, "ItemsPath", "ItemSelector", "ItemProcessor", "MaxConcurrency"],
  Parallel: [...COMMON, ...RESULT, ...ERRORS, "Parameters", "Branches"],
};
const MACHINE_FIELDS = ["Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage"];
const PROCESSOR_FIELDS = ["Comment", "StartAt", "States", "ProcessorConfig"];
const RETRY_FIELDS = [
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
];
const CATCH_FIELDS = ["ErrorEquals", "Next", "ResultPath"];
const INTRINSICS = [
  "Array",
  "ArrayContains",
  "ArrayGetItem",
  "ArrayLength",
  "ArrayPartition",
  "ArrayRange",
  "ArrayUnique",
  "Base64Decode",
  "Base64Encode",
  "Format",
  "Hash",
  "JsonMerge",
  "MathAdd",
  "MathRandom",
  "StringSplit",
  "StringToJson",
  "UUID",
].map((name) => `States.${name}`);

/** A path of names and indexes only. Wildcards and filters without a match fail here and give [] in AWS. */
const PLAIN_PATH = /^\${1,2}(?:\.[A-Za-z_][\w-]*|\[\d+\]|\['[^'\]]+'\])*$/;

/** The paths of a Task's ResultSelector may have wildcards: result-selector.ts resolves them instead of the engine. */
const SELECTOR_PATH = /^\$(?:\.[A-Za-z_][\w-]*|\[\*\])*$/;

/**
 * Checks that the engine runs a definition as AWS does.
 * @throws {Error} naming the state and the field
 */
export function checkFeatures(machine: State): void {
  onlyFields("the state machine", machine, MACHINE_FIELDS);
  for (const { name, state, nested } of statesOf(machine)) checkState(name, state, nested);
}

/** Returns every state of a machine, including those in Map and Parallel states. */
export function statesOf(machine: State, nested = false): { name: string; state: State; nested: boolean }[] {
  return Object.entries(objectOf(machine["States"])).flatMap(([name, value]) => {
    const state = objectOf(value);
    const branches = [state["ItemProcessor"], ...listOf(state["Branches"])].filter((each) => each !== undefined);
    return [{ name, state, nested }, ...branches.flatMap((branch) => statesOf(objectOf(branch), true))];
  });
}

function checkState(name: string, state: State, nested: boolean): void {
  const where = `state ${name}`;
  const type = String(state["Type"]);
  const fields = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (fields === undefined) throw refused(where, `Type ${type}`);
  onlyFields(where, state, fields);
  if ("Result" in state && !state["Result"]) throw refused(where, `Result ${JSON.stringify(state["Result"])} (falsy)`);
  if (state["ResultPath"] === "$") throw refused(where, `ResultPath "$"; leave the field out`);
  for (const retrier of listOf(state["Retry"])) onlyFields(`${where}, Retry`, objectOf(retrier), RETRY_FIELDS);
  for (const catcher of listOf(state["Catch"])) {
    onlyFields(`${where}, Catch`, objectOf(catcher), CATCH_FIELDS);
    if (objectOf(catcher)["ResultPath"] === "$")
      throw refused(`${where}, Catch`, `ResultPath "$"; leave the field out`);
  }
  for (const field of ["Retry", "Catch"]) checkErrorNames(where, field, listOf(state[field]));
  checkProcessor(where, state);
  // Nested states are checked separately.
  const own = Object.entries(state).filter(
    ([field]) =>
      field !== "ItemProcessor" && field !== "Branches" && !(field === "ResultSelector" && hasWildcards(state)),
  );
  checkPaths(where, Object.fromEntries(own), nested);
}

/** Tells whether a Task selects parts of its result by paths with wildcards, one per key. */
export function hasWildcards(state: State): boolean {
  const parts = Object.entries(objectOf(state["ResultSelector"]));
  const arePaths = parts.every(([key, path]) => key.endsWith(".$") && SELECTOR_PATH.test(String(path)));
  return state["Type"] === "Task" && arePaths && parts.some(([, path]) => String(path).includes("[*]"));
}

function checkProcessor(where: string, state: State): void {
  if (state["ItemProcessor"] !== undefined) {
    const processor = objectOf(state["ItemProcessor"]);
    onlyFields(`${where}, ItemProcessor`, processor, PROCESSOR_FIELDS);
    const mode = objectOf(processor["ProcessorConfig"])["Mode"] ?? "INLINE";
    if (mode !== "INLINE") throw refused(where, `a Map of mode ${JSON.stringify(mode)}`);
  }
  for (const branch of listOf(state["Branches"])) {
    onlyFields(`${where}, Branches`, objectOf(branch), ["Comment", "StartAt", "States"]);
  }
}

/** Checks that States.ALL stands alone and last. AWS refuses other definitions, but the validator does not notice. */
function checkErrorNames(where: string, field: string, rules: readonly unknown[]): void {
  for (const [index, rule] of rules.entries()) {
    const names = listOf(objectOf(rule)["ErrorEquals"]);
    if (names.includes("States.ALL") && (names.length > 1 || index < rules.length - 1)) {
      throw new Error(`${where}, ${field}: States.ALL must stand alone, in the last entry`);
    }
  }
}

/** Checks every string that is a path or an intrinsic function. */
function checkPaths(where: string, value: unknown, nested: boolean, key = ""): void {
  if (Array.isArray(value)) {
    for (const item of value) checkPaths(where, item, nested, "");
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) checkPaths(where, item, nested, name);
  } else if (typeof value === "string") {
    const isPath = key.endsWith(".$") || key.endsWith("Path") || key === "Variable";
    if (isPath && value.startsWith("$")) checkPath(`${where}, ${key}`, value, nested);
    else if (key.endsWith(".$")) checkIntrinsic(`${where}, ${key}`, value, nested);
  }
}

function checkPath(where: string, path: string, nested: boolean): void {
  if (!PLAIN_PATH.test(path)) throw refused(where, `path ${path} (wildcards, filters and slices)`);
  const unknown = ["$$.Map", "$$.State", "$$.Task"].some((prefix) => path.startsWith(prefix));
  if (unknown) throw refused(where, `context path ${path}`);
  if (nested && path.startsWith("$$.Execution.Input")) throw refused(where, `${path} inside Map or Parallel`);
}

function checkIntrinsic(where: string, text: string, nested: boolean): void {
  const unquoted = text.replace(/'(?:\\.|[^'\\])*'/g, "''");
  for (const [name] of unquoted.matchAll(/States\.\w*/g)) {
    if (!INTRINSICS.includes(name)) throw refused(where, `intrinsic function ${name}`);
  }
  if (!unquoted.startsWith("States.")) throw refused(where, `value ${JSON.stringify(text)}`);
  for (const [path] of unquoted.matchAll(/\$[^,()\s]*/g)) checkPath(where, path, nested);
}

function onlyFields(where: string, value: State, allowed: readonly string[]): void {
  if (value["QueryLanguage"] !== undefined && value["QueryLanguage"] !== "JSONPath") {
    throw refused(where, `QueryLanguage ${JSON.stringify(value["QueryLanguage"])}`);
  }
  const unknown = Object.keys(value).find((key) => !allowed.includes(key) && key !== "QueryLanguage");
  if (unknown !== undefined) throw refused(where, `field ${unknown}`);
}

const refused = (where: string, what: string): Error =>
  new Error(`${where}: ${what} is not supported by the local run`);

/** Returns the fields of an object, or none for any other value. */
export const objectOf = (value: unknown): State =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

/** Returns the items of a list, or none for any other value. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
