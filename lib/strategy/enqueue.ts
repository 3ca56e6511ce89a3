import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { axisOf } from "../space/axis.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";

/** Redraws before a partial configuration is taken to be at odds with the constraints by itself. */
const REDRAWS = 1000;

/**
 * Completes a configuration that a person enqueued. What is missing is its default, else a draw from the trial's random
 * stream; what is inactive is left out. What was drawn is drawn again while a constraint does not hold, if need be with
 * the defaults drawn too. A person's values are never changed: if they break a constraint whatever the others are, so
 * does the result.
 *
 * @param partial values by name; names that the space does not have are left out
 */
export function completeParameters(
  space: CompiledSpace,
  partial: ParameterValues,
  seed: number,
  trialNumber: number,
): ParameterValues {
  const stream = randomStream(seed, Purpose.random, trialNumber);
  const axes = space.dimensions.map(({ parameter }) => ({ parameter, axis: axisOf(parameter) }));

  function draw(useDefaults: boolean): ParameterValues {
    const all = axes.map(({ parameter, axis }) => {
      const drawn = axis.fromUnit(stream.uniform());
      const fallback = useDefaults && parameter.default !== undefined ? parameter.default : drawn;
      return [parameter.name, Object.hasOwn(partial, parameter.name) ? partial[parameter.name]! : fallback] as const;
    });
    const active = space.active(Object.fromEntries(all));
    return Object.fromEntries(all.filter(([name]) => active.has(name)));
  }

  const first = draw(true);
  let values = first;
  for (let redraw = 1; redraw <= REDRAWS && !space.satisfies(values); redraw++) values = draw(redraw < REDRAWS / 2);
  return space.satisfies(values) ? values : first;
}
