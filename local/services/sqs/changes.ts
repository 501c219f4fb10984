/** Lets pollers wait until something changes, or for some time. */
export class Changes {
  readonly #waiting = new Set<() => void>();
  #version = 0;

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  announce(): void {
    this.#version += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves as soon as something has changed since this version, and after `longest` milliseconds at the latest. */
  async since(version: number, longest: number): Promise<void> {
    if (version !== this.#version) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    const timer = setTimeout(wake, longest);
    this.#waiting.add(wake);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(wake);
  }
}
