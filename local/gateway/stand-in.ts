/** The interface of the local stand-ins of AWS services, and their errors. */

/** The AWS identity that signed a request. */
export interface Caller {
  /** ARN of the role that signed the request. */
  readonly roleArn: string;
  readonly account: string;
  readonly region: string;
}

/** A simulated AWS service, with the checks, paging and error names of the real one. */
export interface StandIn {
  /**
   * Answers an API call.
   * @param operation the name of the API operation, such as `DescribeInstancePatchStates`
   * @param input the decoded request (timestamps as epoch seconds or ISO 8601 strings)
   * @returns the response as JSON
   * @throws {ServiceError} an error of the service; any other error is a defect of the stand-in
   */
  call(operation: string, input: Record<string, unknown>, caller: Caller): unknown;
}

/** An error response of a service: error code, HTTP status and message. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
