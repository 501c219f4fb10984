/** The account and Region of the nodes that a stack covers. */
export interface Home {
  readonly account: string;
  readonly region: string;
}
