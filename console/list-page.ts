/** One page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** From 0. */
  readonly page: number;
  readonly pageSize: number;
}
