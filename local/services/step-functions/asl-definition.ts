/**
 * Prepares the deployed definition of a state machine for the local engine: checks it and removes what the engine does
 * not support.
 */
import validate from "asl-validator";
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import { checkFeatures, hasWildcards, listOf, objectOf, statesOf, type State } from "./asl-features.ts";

/**
 * In seconds, the longest that a timer can be. The engine's default would end a Task after 60 seconds. AWS has
 * practically none.
 */
const NO_TIMEOUT = 2_000_000;

/** ARNs in partitions that asl-validator wrongly refuses. */
const OTHER_PARTITION = /"arn:aws-(?:eusc|iso(?:-[a-z])?):/g;

/** Ports in queue URLs differ from run to run. */
const LOCAL_PORT = /127\.0\.0\.1:\d+\//g;

/** A state machine's definition in two forms. */
interface Definition {
  /** As deployed. */
  readonly machine: State;
  /** A copy for the engine. */
  readonly forEngine: StateMachineDefinition;
}

/**
 * Reads a definition.
 * @param text the deployed definition, with ARNs and URLs filled in
 * @throws {Error} if AWS would refuse it, or the local engine does not run it as AWS does
 */
export function readDefinition(text: string): Definition {
  const leftOver = /\$\{\w{1,100}\}/.exec(text);
  if (leftOver !== null) throw new Error(`the state machine's definition still has the placeholder ${leftOver[0]}`);
  const machine = objectOf(JSON.parse(text));
  checkFeatures(machine);
  const names = statesOf(machine).map((each) => each.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two states are named ${twice}; names must be unique in the whole machine`);
  requireValid(text.replaceAll(OTHER_PARTITION, '"arn:aws:').replaceAll(LOCAL_PORT, "127.0.0.1/"));
  return { machine, forEngine: structuredClone(machineForEngine(machine)) as unknown as StateMachineDefinition };
}

/** The validator compiles its schemas for each definition, which takes longer than all other steps of a short run. */
const valid = new Set<string>();

function requireValid(text: string): void {
  if (valid.has(text)) return;
  const validation = validate(JSON.parse(text), { checkArn: true, checkPaths: true });
  if (!validation.isValid)
    throw new Error(`the state machine's definition is not valid: ${validation.errorsText("; ")}`);
  valid.add(text);
}

function machineForEngine(machine: State): State {
  const states = Object.entries(objectOf(machine["States"])).map(([name, state]) => [
    name,
    stateForEngine(objectOf(state)),
  ]);
  const { TimeoutSeconds: seconds } = machine;
  return {
    ...machine,
    ...(seconds !== undefined && { TimeoutSeconds: Math.min(Number(seconds), NO_TIMEOUT) }),
    States: Object.fromEntries(states) as unknown,
  };
}

function stateForEngine(state: State): State {
  const copy: Record<string, unknown> = { ...state };
  if (state["Type"] === "Task") copy["TimeoutSeconds"] = state["TimeoutSeconds"] ?? NO_TIMEOUT;
  // The handler of the Task selects (result-selector.ts).
  if (hasWildcards(state)) delete copy["ResultSelector"];
  if (state["ItemProcessor"] !== undefined) copy["ItemProcessor"] = machineForEngine(objectOf(state["ItemProcessor"]));
  if (state["Branches"] !== undefined) {
    copy["Branches"] = listOf(state["Branches"]).map((branch) => machineForEngine(objectOf(branch)));
  }
  return copy;
}
