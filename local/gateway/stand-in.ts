/** What every local stand-in of an AWS service has in common: how it is called, and how it says no. */

/** The AWS identity behind a request, as the gateway learned it from the request's signature. */
export interface Caller {
  /** ARN of the role that signed the request. */
  readonly roleArn: string;
  readonly account: string;
  readonly region: string;
}

/** One AWS service, answering like the real one: same checks, same paging, same error names. */
export interface StandIn {
  /**
   * @param operation the API operation's name, such as `DescribeInstancePatchStates`
   * @param input the request as decoded from the wire (timestamps as epoch seconds or ISO 8601 strings)
   * @returns the response as it goes to the wire (JSON)
   * @throws {ServiceError} what the service would answer; anything else is a defect of the stand-in
   */
  call(operation: string, input: Record<string, unknown>, caller: Caller): unknown;
}

/** An error answer of a service: its wire name, HTTP status and text. */
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
