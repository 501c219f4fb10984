/** From the deployed definition of a state machine to what the local engine runs: checked, and with scaled waits. */
import validate from "asl-validator";
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import { checkFeatures, hasWildcards, listOf, objectOf, statesOf, type State } from "./asl-features.ts";

/** The engine's own default would end a Task after 60 s; AWS has none to speak of. In seconds, as long as a timer can be. */
const NO_TIMEOUT = 2_000_000;

/** ARNs of partitions that asl-validator does not know; it refuses them, and AWS does not. */
const OTHER_PARTITION = /"arn:aws-(?:eusc|iso(?:-[a-z])?):/g;

/** A machine's definition, twice. */
export interface Definition {
  /** As deployed. */
  readonly machine: State;
  /** A copy for the engine, in which Wait and Retry run faster; time-outs are as deployed. */
  readonly scaled: StateMachineDefinition;
}

/**
 * @param text the deployed definition, with ARNs and URLs filled in
 * @throws {Error} what AWS would refuse, and what the local engine does not run as AWS does
 */
export function readDefinition(text: string, timeScale: number): Definition {
  const leftOver = /\$\{\w{1,100}\}/.exec(text);
  if (leftOver !== null) throw new Error(`the state machine's definition still has the placeholder ${leftOver[0]}`);
  const machine = objectOf(JSON.parse(text));
  checkFeatures(machine);
  const names = statesOf(machine).map((each) => each.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two states are named ${twice}; names must be unique in the whole machine`);
  const validation = validate(JSON.parse(text.replaceAll(OTHER_PARTITION, '"arn:aws:')), {
    checkArn: true,
    checkPaths: true,
  });
  if (!validation.isValid)
    throw new Error(`the state machine's definition is not valid: ${validation.errorsText("; ")}`);
  const scaled: unknown = scaledMachine(machine, timeScale);
  // Fractions of seconds would not pass the validation, which is why the original went through it.
  return { machine, scaled: JSON.parse(JSON.stringify(scaled)) as StateMachineDefinition };
}

function scaledMachine(machine: State, timeScale: number): State {
  const states = Object.entries(objectOf(machine["States"])).map(([name, state]) => [
    name,
    scaledState(objectOf(state), timeScale),
  ]);
  const { TimeoutSeconds: seconds } = machine;
  return {
    ...machine,
    ...(seconds !== undefined && { TimeoutSeconds: Math.min(Number(seconds), NO_TIMEOUT) }),
    States: Object.fromEntries(states) as unknown,
  };
}

function scaledState(state: State, timeScale: number): State {
  const scaled: Record<string, unknown> = { ...state };
  if (state["Type"] === "Wait") scaled["Seconds"] = Number(state["Seconds"]) / timeScale;
  if (state["Type"] === "Task") scaled["TimeoutSeconds"] = state["TimeoutSeconds"] ?? NO_TIMEOUT;
  // Whoever answers the Task selects (local/services/step-functions/result-selector.ts).
  if (hasWildcards(state)) delete scaled["ResultSelector"];
  if (state["Retry"] !== undefined) {
    scaled["Retry"] = listOf(state["Retry"]).map((retrier) => scaledRetrier(objectOf(retrier), timeScale));
  }
  if (state["ItemProcessor"] !== undefined) {
    scaled["ItemProcessor"] = scaledMachine(objectOf(state["ItemProcessor"]), timeScale);
  }
  if (state["Branches"] !== undefined) {
    scaled["Branches"] = listOf(state["Branches"]).map((branch) => scaledMachine(objectOf(branch), timeScale));
  }
  return scaled;
}

function scaledRetrier(retrier: State, timeScale: number): State {
  const longest = retrier["MaxDelaySeconds"];
  return {
    ...retrier,
    IntervalSeconds: Number(retrier["IntervalSeconds"] ?? 1) / timeScale,
    ...(longest === undefined ? {} : { MaxDelaySeconds: Number(longest) / timeScale }),
  };
}
