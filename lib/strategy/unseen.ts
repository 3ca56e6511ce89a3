import type { CompiledSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";

/** A finite space of up to so many configurations is looked through rather than searched. */
const LISTABLE = 2048;

/** The configurations that may still be proposed: within the parameter constraints, and neither tried nor pending. */
export class Unseen {
  private readonly space: CompiledSpace;
  private readonly taken: Set<string>;

  constructor(space: CompiledSpace, taken: readonly ParameterValues[]) {
    this.space = space;
    this.taken = new Set(taken.map((values) => space.key(values)));
  }

  admits(values: ParameterValues): boolean {
    return !this.taken.has(this.space.key(values)) && this.space.satisfies(values);
  }

  take(values: ParameterValues): void {
    this.taken.add(this.space.key(values));
  }

  /** Everything that is left of a space small enough to list; null for a larger one. */
  remaining(): ParameterValues[] | null {
    const { cardinality } = this.space;
    if (cardinality > LISTABLE) return null;
    const all = Array.from({ length: cardinality }, (_, index) => this.space.enumerate(BigInt(index)));
    return all.filter((values) => this.admits(values));
  }
}
