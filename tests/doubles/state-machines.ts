import { ServiceError, type StandIn } from "../../local/gateway/stand-in.ts";

export interface ListedExecution {
  readonly name: string;
  readonly status: string;
  readonly input: string;
  readonly error?: string;
}

/** A state machine with its executions, newest first. */
export interface ListedMachine {
  readonly arn: string;
  /** JSON in the Amazon States Language. */
  readonly definition?: string;
  readonly executions: readonly ListedExecution[];
}

const STARTED = 1_790_000_000;

/** Step Functions, for commands that only read. */
export class StateMachines implements StandIn {
  readonly #machines: readonly ListedMachine[];

  constructor(machines: readonly ListedMachine[]) {
    this.#machines = machines;
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    switch (operation) {
      case "ListStateMachines":
        return {
          stateMachines: this.#machines.map(({ arn }) => ({ ...nameOf(arn), type: "STANDARD", creationDate: STARTED })),
        };
      case "DescribeStateMachine":
        return { ...nameOf(String(input["stateMachineArn"])), ...this.#machine(input), creationDate: STARTED };
      case "ListExecutions":
        return this.#list(input);
      case "DescribeExecution":
        return this.#describe(input);
      default:
        throw new ServiceError("UnknownOperationException", `${operation} is not part of this stand-in`);
    }
  }

  #machine({ stateMachineArn }: Record<string, unknown>): ListedMachine {
    const machine = this.#machines.find(({ arn }) => arn === stateMachineArn);
    if (machine === undefined) throw new ServiceError("StateMachineDoesNotExist", "State Machine Does Not Exist");
    return machine;
  }

  #list({ stateMachineArn, maxResults }: Record<string, unknown>): unknown {
    const machine = this.#machine({ stateMachineArn });
    const executions = machine.executions.slice(0, Number(maxResults)).map(({ name, status }) => ({
      executionArn: executionArn(machine, name),
      stateMachineArn,
      name,
      status,
      startDate: STARTED,
    }));
    return { executions };
  }

  #describe(input: Record<string, unknown>): unknown {
    for (const machine of this.#machines) {
      for (const { name, ...execution } of machine.executions) {
        const arn = executionArn(machine, name);
        if (arn !== input["executionArn"]) continue;
        return { executionArn: arn, stateMachineArn: machine.arn, name, ...execution, startDate: STARTED };
      }
    }
    throw new ServiceError("ExecutionDoesNotExist", "Execution Does Not Exist");
  }
}

const nameOf = (arn: string) => ({ stateMachineArn: arn, name: arn.slice(arn.lastIndexOf(":") + 1) });
const executionArn = ({ arn }: ListedMachine, name: string): string =>
  `${arn.replace(":stateMachine:", ":execution:")}:${name}`;
