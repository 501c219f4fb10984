/** Rules for the definition that neither AWS nor asl-validator checks. Each returns a list of problems. */
import { listOf, objectOf, statesOf, type State } from "../../local/services/step-functions/asl-features.ts";

export type Rule = (machine: State) => string[];
interface Named {
  readonly name: string;
  readonly state: State;
  readonly nested: boolean;
}

const LAMBDA = "arn:aws:states:::lambda:invoke";
/** The execution fails if it cannot park its nodes, or cannot read the nodes of a window. */
const LAST_RESORTS = ["ParkForRedrive", "ResolveWindow"];
const PUBLISH_RETRY_SECONDS = 600;
/** AWS's errors have these prefixes. Ours have none. */
const AWS_PREFIX = /^(?:States|Lambda|Sandbox|SQS|Ec2)\./;

/**
 * The services that each function calls. Our errors are named after them (`SecurityHubThrottled`).
 * A function that is not listed here can raise all our errors.
 */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  ResolveWindow: ["SystemsManager"],
  Gather: ["SystemsManager"],
  Evaluate: [],
  ChooseSeverity: [],
  Publish: ["SecurityHub", "FindingsNotAccepted"],
};

const each =
  (check: (one: Named) => (string | false | undefined)[]): Rule =>
  (machine) =>
    statesOf(machine).flatMap((one) => check(one).flatMap((problem) => (problem ? [`${one.name}: ${problem}`] : [])));
const retriers = ({ state }: Named): State[] => listOf(state["Retry"]).map(objectOf);
const errors = (rule: State): string[] => listOf(rule["ErrorEquals"]).map(String);
const isTask = ({ state }: Named): boolean => state["Type"] === "Task";
const isFunction = (one: Named): boolean => isTask(one) && one.state["Resource"] === LAMBDA;
const isMessage = (one: Named): boolean => isTask(one) && one.state["Resource"] === "arn:aws:states:::sqs:sendMessage";
/** Tells whether a Map cannot fail, because each Task of an item catches its own errors. */
const catchesInside = ({ ItemProcessor: inner }: State): boolean =>
  inner !== undefined &&
  statesOf(objectOf(inner)).every(({ state }) => state["Type"] !== "Task" || listOf(state["Catch"]).length > 0);
const kebab = (name: string): string => name.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase();

/** Returns the longest total wait of a retrier, in seconds. */
function longestWait({ IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts }: State): number {
  const wait = (attempt: number): number => Number(IntervalSeconds) * Number(BackoffRate) ** attempt;
  const waits = Array.from({ length: Number(MaxAttempts) }, (_, attempt) => wait(attempt));
  return waits.reduce((sum, seconds) => sum + Math.min(seconds, Number(MaxDelaySeconds)), 0);
}

const canRaise = ({ name }: Named, error: string): boolean =>
  AWS_PREFIX.test(error) || error === "States.ALL" || (CALLS[name]?.some((prefix) => error.startsWith(prefix)) ?? true);

/**
 * Compares the retries of Tasks that call the same service. Between services they differ on purpose: a message that is
 * not sent loses nodes, so a queue is retried on every error, but a function has a Catch behind it that parks the nodes.
 */
function unequalRetries(machine: State): string[] {
  const tasks = statesOf(machine).filter(isTask);
  return [...Map.groupBy(tasks, ({ state }) => String(state["Resource"])).values()].flatMap((alike) => {
    const retried = new Set(alike.flatMap((one) => retriers(one).flatMap(errors)));
    return [...retried].flatMap((error) => {
      const raising = alike.filter((one) => canRaise(one, error));
      const byRetrier = Map.groupBy(raising, (one) => retrierOf(one, error));
      const names = [...byRetrier.values()].map((group) => group.map(({ name }) => name).join(" and "));
      return names.length > 1 ? [`${error}: ${names.join(", but ")}`] : [];
    });
  });
}

/** Returns the first retrier that matches the error, as text that equals that of an equal retrier. */
function retrierOf(one: Named, error: string): string {
  const found = retriers(one).find((rule) => errors(rule).some((name) => name === error || name === "States.ALL"));
  const { ErrorEquals: names, ...policy } = found ?? {};
  const fields = Object.entries(policy).map((field) => JSON.stringify(field));
  return JSON.stringify([listOf(names).map(String).toSorted(), fields.toSorted()]);
}

/** Returns the keys whose value is written like a path, but would be sent as plain text. */
function plainPaths(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(plainPaths);
  return Object.entries(objectOf(value)).flatMap(([key, item]) => {
    const forgotten = typeof item === "string" && item.startsWith("$") && !item.startsWith("${") && !key.endsWith(".$");
    return [...(forgotten ? [key] : []), ...plainPaths(item)];
  });
}

/**
 * @param functionFiles names of the functions' entry files, without `.ts`
 * @param ownErrors names of the errors that our functions throw
 */
export const rules = (functionFiles: readonly string[], ownErrors: readonly string[]): Record<string, Rule> => ({
  "every Task has a time-out": each((one) => [isTask(one) && !(Number(one.state["TimeoutSeconds"]) > 0) && "none"]),
  "every Task has retries": each((one) => [isTask(one) && retriers(one).length === 0 && "none"]),
  "every state that can fail has a catch, but for the last resort": each(({ name, state, nested }) => {
    const canFail =
      ["Task", "Map", "Parallel"].includes(String(state["Type"])) && !nested && !LAST_RESORTS.includes(name);
    return [canFail && listOf(state["Catch"]).length === 0 && !catchesInside(state) && "none"];
  }),
  "every catch keeps the input and takes everything": each(({ state, nested }) =>
    listOf(state["Catch"])
      .map(objectOf)
      .flatMap((rule) => [
        rule["ResultPath"] !== "$.error" && `ResultPath ${String(rule["ResultPath"])}`,
        !nested && !["ParkForRedrive", "CanPark"].includes(String(rule["Next"])) && `Next ${String(rule["Next"])}`,
        errors(rule).join(" ") !== "States.ALL" && errors(rule).join(" "),
      ]),
  ),
  "States.ALL stands alone, in the last entry": each(({ state }) =>
    ["Retry", "Catch"].flatMap((field) =>
      listOf(state[field]).map(
        (rule, index, all) =>
          errors(objectOf(rule)).includes("States.ALL") &&
          (errors(objectOf(rule)).length > 1 || index < all.length - 1) &&
          field,
      ),
    ),
  ),
  "a function's state and file have one name": each((one) => [
    isFunction(one) && !functionFiles.includes(kebab(one.name)) && `no functions/${kebab(one.name)}.ts`,
  ]),
  "a function's placeholder carries the state's name": each((one) => {
    const { FunctionName: name } = objectOf(one.state["Parameters"]);
    return [isFunction(one) && name !== `\${${one.name}FunctionArn}` && String(name)];
  }),
  "a queue's placeholder is one of three": each((one) => {
    const { QueueUrl: url } = objectOf(one.state["Parameters"]);
    const known = /^\$\{(?:Work|Outage|Quarantine)QueueUrl\}$/.test(String(url));
    return [isMessage(one) && !known && String(url)];
  }),
  "no .$ is forgotten": each(({ state }) =>
    ["Parameters", "ItemSelector", "ResultSelector"].flatMap((field) => plainPaths(state[field])),
  ),
  "retries are spread by full jitter": each((one) =>
    retriers(one).map(({ JitterStrategy: jitter }) => jitter !== "FULL" && String(jitter)),
  ),
  "retries do not come faster and faster": each((one) =>
    retriers(one).map(({ BackoffRate: rate }) => !(Number(rate) >= 1) && `BackoffRate ${String(rate)}`),
  ),
  "no retrier's longest delay is below its first": each((one) =>
    retriers(one).map(
      ({ IntervalSeconds: first, MaxDelaySeconds: longest }) =>
        !(Number(longest) >= Number(first)) && `MaxDelaySeconds ${String(longest)}`,
    ),
  ),
  "states that can raise the same error retry it the same way": unequalRetries,
  "Publish gives up in less than 10 minutes": each((one) => {
    const seconds = retriers(one).reduce((sum, retrier) => sum + longestWait(retrier), 0);
    return [one.name === "Publish" && !(seconds < PUBLISH_RETRY_SECONDS) && `${seconds} s`];
  }),
  "errors of ours that are retried exist": each((one) =>
    retriers(one)
      .flatMap(errors)
      .map((error) => !AWS_PREFIX.test(error) && error !== "States.ALL" && !ownErrors.includes(error) && error),
  ),
  "no two branches of a choice lead to one state": each(({ state }) => {
    const targets = [...listOf(state["Choices"]).map((branch) => objectOf(branch)["Next"]), state["Default"]];
    return [state["Type"] === "Choice" && new Set(targets).size < targets.length && targets.join(" ")];
  }),
});
