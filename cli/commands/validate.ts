import { Command } from "commander";
import { readStudyFile } from "../../local/study-file.ts";
import { examples, jsonOption } from "../options.ts";
import { colors } from "../output/colors.ts";
import { printJson } from "../output/json.ts";
import { counted } from "../output/numbers.ts";

export function validateCommand(): Command {
  return new Command("validate")
    .description("check a study file and say everything that is wrong with it")
    .argument("<file>", "study file, YAML or JSON")
    .addOption(jsonOption())
    .addHelpText("after", examples("validate study.yaml"))
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { spec } = await readStudyFile(file);
      if (json) return printJson({ valid: true });
      const size = `${counted(spec.space.parameters.length, "parameter")}, ${counted(spec.trials, "trial")}`;
      process.stdout.write(`${colors.green("valid")} ${spec.name}: ${size}, strategy ${spec.strategy}\n`);
    });
}
