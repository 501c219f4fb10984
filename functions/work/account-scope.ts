/** The account and Region of the nodes that a stack covers. */
export interface AccountScope {
  readonly account: string;
  readonly region: string;
}
