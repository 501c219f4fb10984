/** Lets pollers wait for a change, or for some time. */
export class ChangeSignal {
  readonly #waiting = new Set<() => void>();
  #version = 0;

  /** Increases with each change. */
  get version(): number {
    return this.#version;
  }

  announce(): void {
    this.#version += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when something has changed since this version, and after at most `longest` milliseconds, if it is finite. */
  async since(version: number, longest: number): Promise<void> {
    if (version !== this.#version) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    const timer = longest === Infinity ? undefined : setTimeout(wake, longest);
    this.#waiting.add(wake);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(wake);
  }
}
