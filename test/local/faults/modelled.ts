import { isDeepStrictEqual } from "node:util";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Study } from "../../../lib/study/records.ts";
import { type Arrows, Model } from "../../store/model.ts";

export interface Modelled {
  readonly store: StudyStore;
  readonly model: Model;
  /** Calls that the store and the model answered differently. */
  readonly differences: string[];
}

/** A store of one study beside the model of it: every arrow runs on both, one right after the other. */
export function modelled(store: StudyStore, created: Study): Modelled {
  const model = new Model(created);
  const differences: string[] = [];
  const both =
    (method: keyof Arrows) =>
    async (id: string, ...rest: readonly unknown[]): Promise<unknown> => {
      const ours = run(store, method, [id, ...rest]);
      const theirs = run(model, method, [id, ...rest]);
      const [answer, expected] = [await ours, await theirs];
      if (!isDeepStrictEqual(saying(answer), saying(expected))) {
        differences.push(`${method}(${JSON.stringify(rest)}): ${JSON.stringify([answer, expected])}`);
      }
      if ("thrown" in answer) throw answer.thrown;
      return answer.value;
    };
  const proxy = new Proxy(store, {
    get: (target, method) =>
      typeof method === "string" && method in model && method !== "study"
        ? both(method as keyof Arrows)
        : target[method as keyof StudyStore],
  });
  return { store: proxy, model, differences };
}

type Answer = { readonly value: unknown } | { readonly thrown: unknown };

/** Runs at once, up to its first await: the stores of both do all their work before that. */
async function run(target: Arrows, method: keyof Arrows, values: readonly unknown[]): Promise<Answer> {
  try {
    const call = target[method] as (...given: readonly unknown[]) => Promise<unknown>;
    return { value: await call.call(target, ...values) };
  } catch (thrown) {
    return { thrown };
  }
}

/** Of an error its code alone: the words are not the model's to say. */
function saying(answer: Answer): unknown {
  if ("thrown" in answer) return { code: (answer.thrown as { readonly code?: string }).code };
  return JSON.parse(JSON.stringify(answer.value ?? null));
}
