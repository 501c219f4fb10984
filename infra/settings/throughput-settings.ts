import { descriptions } from "./descriptions.ts";
import { wholeNumber } from "./value-types.ts";

const batchingWindowSeconds = wholeNumber(1, 300)
  .default(5)
  .register(descriptions, {
    meaning:
      "Seconds that Lambda collects messages from the work queue before it starts a batch. " +
      "A lone event's finding takes this time and about a second. More seconds mean fewer executions and lower cost.",
    example: 60,
  });

const batchSize = wholeNumber(1, 1000).default(100).register(descriptions, {
  meaning:
    "The most messages in one batch from the work queue. A full batch starts before `batchingWindowSeconds` is over.",
  example: 500,
});

const maximumConcurrency = wholeNumber(2, 1000)
  .default(2)
  .register(descriptions, {
    meaning:
      "The most batches from the work queue that are processed at the same time. " +
      "Two are enough: `maximumExecutions` bounds how many executions they start. " +
      "More batches exceed that bound by more, because each counts its own newest executions only.",
    example: 5,
  });

const maximumExecutions = wholeNumber(1, 100)
  .default(4)
  .register(descriptions, {
    meaning:
      "The most executions of the state machine that dispatch lets run at the same time. More messages wait in the work queue. " +
      "An execution of 50 nodes, 15 of them noncompliant, makes about 20 Systems Manager calls and 3 GetFindings calls. " +
      "Security Hub allows 3 GetFindings calls a second per account and Region, so about 1 execution a second can finish, " +
      "and 4 in flight keep that quota busy. More executions throttle each other. " +
      "Executions of maintenance windows do not count.",
    example: 2,
  });

const reservedConcurrency = wholeNumber(2, 1000)
  .optional()
  .register(descriptions, {
    meaning:
      "The Lambda concurrency to reserve for each function of the stack. It is also the function's upper limit. " +
      "AWS keeps at least 100 of the account's concurrency unreserved, so new accounts often have none to reserve. " +
      "[Preflight](deploy.md#preflight) checks this.",
    example: 10,
  });

/** Settings of how many nodes are checked at once. */
export const throughputSettings = {
  title: "Batches and concurrency",
  shape: { batchingWindowSeconds, batchSize, maximumConcurrency, maximumExecutions, reservedConcurrency },
};
