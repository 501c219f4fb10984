/** The operations that the campaign can break, and the errors of each service. */

/** An operation and how it can fail. */
export interface Target {
  readonly service: string;
  readonly operation: string;
  /** Relative frequency of rules for this operation. */
  readonly weight: number;
  /** Approximate calls per 50 nodes in a phase. A rule that starts at a later call would break nothing. */
  readonly callsPer50: number;
  /** Error codes of single entries, for operations in which some entries can fail while others succeed. */
  readonly partial?: readonly string[];
}

/** An error answer of a service. */
interface Failure {
  readonly status: number;
  readonly code: string;
}

const target = (service: string, operation: string, weight: number, callsPer50: number): Target => ({
  service,
  operation,
  weight,
  callsPer50,
});

/** The codes for single entries never report wrong content, because the program rightly quarantines such entries. */
export const TARGETS: readonly Target[] = [
  target("ssm", "DescribeInstanceInformation", 2, 3),
  target("ssm", "DescribeInstancePatchStates", 2, 2),
  target("ssm", "ListComplianceItems", 3, 80),
  target("ssm", "ListInventoryEntries", 1, 3),
  target("ssm", "*", 2, 90),
  { ...target("securityhub", "BatchImportFindings", 4, 1), partial: ["InternalFailure", "InternalException"] },
  {
    ...target("securityhub", "BatchUpdateFindings", 2, 1),
    partial: ["InternalFailure", "ConcurrentUpdateError", "FindingNotFound"],
  },
  target("securityhub", "GetFindings", 4, 8),
  target("securityhub", "*", 2, 10),
  target("sqs", "SendMessage", 3, 1),
  target("sqs", "ReceiveMessage", 1, 1),
  { ...target("sqs", "DeleteMessageBatch", 1, 1), partial: ["InternalError"] },
  target("sqs", "GetQueueAttributes", 1, 2),
  target("sqs", "ChangeMessageVisibility", 1, 1),
  target("sqs", "*", 1, 3),
  target("states", "StartExecution", 3, 2),
  target("states", "ListExecutions", 2, 2),
  target("lambda", "Invoke", 3, 8),
  target("ec2", "DescribeInstances", 1, 1),
];

const failure = (status: number, code: string): Failure => ({ status, code });

/** Errors of every AWS service: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and "Common Errors" of each API reference. */
const COMMON: readonly Failure[] = [
  failure(500, "InternalFailure"),
  failure(502, "BadGateway"),
  failure(503, "ServiceUnavailable"),
  failure(504, "GatewayTimeout"),
  failure(408, "RequestTimeout"),
  failure(400, "ThrottlingException"),
  failure(429, "TooManyRequestsException"),
  failure(400, "AccessDeniedException"),
  failure(403, "AccessDeniedException"),
  failure(403, "ExpiredTokenException"),
  failure(400, "ExpiredTokenException"),
  failure(403, "UnrecognizedClientException"),
  failure(403, "InvalidClientTokenId"),
  failure(400, "IncompleteSignature"),
  failure(403, "RequestExpired"),
];

/** Errors by service. */
export const FAILURES: Readonly<Record<string, readonly Failure[]>> = {
  ssm: [
    ...COMMON,
    failure(500, "InternalServerError"),
    failure(400, "RequestLimitExceeded"),
    failure(404, "ResourceNotFoundException"),
  ],
  securityhub: [
    ...COMMON,
    failure(500, "InternalException"),
    failure(429, "LimitExceededException"),
    failure(401, "InvalidAccessException"),
    failure(404, "ResourceNotFoundException"),
  ],
  sqs: [
    ...COMMON,
    failure(500, "InternalError"),
    failure(400, "OverLimit"),
    failure(400, "RequestThrottled"),
    failure(400, "KmsThrottled"),
    failure(400, "KmsAccessDenied"),
    failure(400, "QueueDoesNotExist"),
  ],
  states: [
    ...COMMON,
    failure(500, "ServiceException"),
    failure(400, "ExecutionLimitExceeded"),
    failure(404, "StateMachineDoesNotExist"),
    failure(400, "KmsThrottlingException"),
  ],
  lambda: [
    failure(500, "ServiceException"),
    failure(502, "EC2UnexpectedException"),
    failure(502, "ENILimitReachedException"),
    failure(429, "TooManyRequestsException"),
    failure(403, "AccessDeniedException"),
    failure(404, "ResourceNotFoundException"),
    failure(409, "ResourceConflictException"),
    failure(500, "AWSLambdaException"),
  ],
  ec2: [
    ...COMMON,
    failure(503, "RequestLimitExceeded"),
    failure(403, "UnauthorizedOperation"),
    failure(500, "InternalError"),
  ],
};
