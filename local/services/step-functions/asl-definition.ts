/** From the deployed definition of a state machine to what the local engine runs: checked, and without what it does not know. */
import validate from "asl-validator";
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import { checkFeatures, hasWildcards, listOf, objectOf, statesOf, type State } from "./asl-features.ts";

/** The engine's own default would end a Task after 60 s; AWS has none to speak of. In seconds, as long as a timer can be. */
const NO_TIMEOUT = 2_000_000;

/** ARNs of partitions that asl-validator does not know; it refuses them, and AWS does not. */
const OTHER_PARTITION = /"arn:aws-(?:eusc|iso(?:-[a-z])?):/g;

/** A machine's definition, twice. */
interface Definition {
  /** As deployed. */
  readonly machine: State;
  /** A copy for the engine. */
  readonly forEngine: StateMachineDefinition;
}

/**
 * @param text the deployed definition, with ARNs and URLs filled in
 * @throws {Error} what AWS would refuse, and what the local engine does not run as AWS does
 */
export function readDefinition(text: string): Definition {
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
  return { machine, forEngine: structuredClone(machineForEngine(machine)) as unknown as StateMachineDefinition };
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
  // Whoever answers the Task selects (local/result-selector.ts).
  if (hasWildcards(state)) delete copy["ResultSelector"];
  if (state["ItemProcessor"] !== undefined) copy["ItemProcessor"] = machineForEngine(objectOf(state["ItemProcessor"]));
  if (state["Branches"] !== undefined) {
    copy["Branches"] = listOf(state["Branches"]).map((branch) => machineForEngine(objectOf(branch)));
  }
  return copy;
}
