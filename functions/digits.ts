/** Lambda runner `digits`: the laptop's trial, alone or in shifts. It reads `digits.bin`, which lies beside the bundle. */
import trial from "../examples/digits/trial.ts";
import { inShifts } from "./shared/shift.ts";

export const handler: (request: unknown) => Promise<unknown> = inShifts(trial);
