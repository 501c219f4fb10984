/** An error response of AWS, with its code. */
export class AwsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = "AwsError";
    this.code = code;
  }
}
