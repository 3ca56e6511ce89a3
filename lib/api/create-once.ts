import { PegboxError } from "../errors/pegbox-error.ts";
import { studyId } from "../study/ids.ts";
import type { Study } from "../study/records.ts";
import type { StudySpec } from "../study/spec.ts";
import { createStudy } from "../tuner/create-study.ts";
import type { ApiPorts } from "./ports.ts";

/** Tokens that clash in a row are no chance but a defect of whoever makes them. */
const TRIES = 3;

/**
 * A new study, or with a key the one that the key made before. An id that is taken, by a token that clashes, is
 * somebody else's study: another token is tried.
 */
export async function createOnce(
  spec: StudySpec,
  ports: ApiPorts,
  key?: { readonly value: string; readonly hash: string },
): Promise<Study> {
  for (let tries = 0; tries < TRIES; tries++) {
    const id = studyId(spec.name, ports.newToken());
    const { study, created } = await createStudy(id, spec, ports.tuner, key);
    if (created || study.id !== id) return study;
  }
  throw new PegboxError("INTERNAL", `no free id for a study named "${spec.name}" in ${TRIES} tries`);
}
