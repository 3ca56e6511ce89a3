import { Command } from "commander";
import pc from "picocolors";
import { readStudyFile } from "../../local/study-file.ts";
import { jsonOption } from "../options.ts";
import { printJson } from "../output/json.ts";

export function validateCommand(): Command {
  return new Command("validate")
    .description("check a study file and say everything that is wrong with it")
    .argument("<file>", "study file, YAML or JSON")
    .addOption(jsonOption())
    .action(async (file: string, { json }: { json: boolean }) => {
      const { spec } = await readStudyFile(file);
      if (json) return printJson({ valid: true });
      const counts = `${spec.space.parameters.length} parameters, ${spec.trials} trials, strategy ${spec.strategy}`;
      process.stdout.write(`${pc.green("valid")} ${spec.name}: ${counts}\n`);
    });
}
