/** Says on every page why its data may be out of date. */
export function Notice({ problem }: { readonly problem: string | undefined }) {
  return (
    <div class="notice" role="status">
      {problem !== undefined && <p>{problem}</p>}
    </div>
  );
}
