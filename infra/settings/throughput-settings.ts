import { descriptions } from "./descriptions.ts";
import { wholeNumber } from "./value-types.ts";

const batchingWindowSeconds = wholeNumber(1, 300)
  .default(10)
  .register(descriptions, {
    meaning:
      "Seconds that Lambda collects messages from the work queue before it starts a batch. " +
      "More seconds mean fewer executions and lower cost. Findings come later by up to this time.",
    example: 60,
  });

const batchSize = wholeNumber(1, 1000).default(100).register(descriptions, {
  meaning:
    "The most messages in one batch from the work queue. A full batch starts before `batchingWindowSeconds` is over.",
  example: 500,
});

const maximumConcurrency = wholeNumber(2, 1000)
  .default(5)
  .register(descriptions, {
    meaning:
      "The most batches from the work queue that are processed at the same time. " +
      "More batches start more executions at the same time, which share the API quotas of Systems Manager with the account.",
    example: 10,
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
  shape: { batchingWindowSeconds, batchSize, maximumConcurrency, reservedConcurrency },
};
