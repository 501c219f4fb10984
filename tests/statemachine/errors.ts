/** The errors that states can raise, and how often each is retried. */
const LAMBDA = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.TooManyRequestsException",
];
const CUT_SHORT = ["Sandbox.Timedout", "Lambda.Unknown", "States.Timeout"];
/** States that send a message retry every error. */
const SENDING = ["SQS.SdkClientException", "SQS.QueueDoesNotExistException", "States.Timeout", "States.Permissions"];
export const ON_FUNCTIONS = [
  { errors: LAMBDA, attempts: 5 },
  { errors: CUT_SHORT, attempts: 2 },
  {
    errors: ["Error", "Runtime.ImportModuleError", "States.Permissions", "Lambda.ResourceNotFoundException"],
    attempts: 0,
  },
];
export const ON_QUEUES = [{ errors: SENDING, attempts: 6 }];
