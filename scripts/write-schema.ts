/** Writes schema/study.schema.json, which editors check study files by, from the schema that Pegbox itself uses. */
import { writeFile } from "node:fs/promises";
import { studyJsonSchema } from "../lib/study/json-schema.ts";

await writeFile(
  new URL("../schema/study.schema.json", import.meta.url),
  `${JSON.stringify(studyJsonSchema(), null, 2)}\n`,
);
