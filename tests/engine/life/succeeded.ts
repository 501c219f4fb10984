import { expect } from "chai";
import type { Operation } from "../trial/trial-stack.ts";

/** Returns the operation. @throws with all of its output if it failed */
export function succeeded(operation: Operation): Operation {
  expect(operation.exitCode, operation.stdout + operation.stderr).to.equal(0);
  return operation;
}
