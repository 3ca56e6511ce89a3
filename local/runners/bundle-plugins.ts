import { readFile } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

/** Keeps what a file reads relative to itself (`new URL("data.csv", import.meta.url)`) working inside the bundle. */
export const placeOfEachFile: Plugin = {
  name: "place-of-each-file",
  setup(build) {
    build.initialOptions.define = {
      ...build.initialOptions.define,
      "import.meta.url": "__pegboxUrl",
      "import.meta.filename": "__pegboxFilename",
      "import.meta.dirname": "__pegboxDirname",
    };
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const place = {
        __pegboxUrl: pathToFileURL(path).href,
        __pegboxFilename: path,
        __pegboxDirname: dirname(path),
      };
      const constants = Object.entries(place).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
      // On the first line of the file, so that its line numbers stay; unused ones are dropped.
      return { contents: constants.join("") + (await readFile(path, "utf8")), loader: "ts" };
    });
  },
};

/**
 * Leaves packages out of the bundle and imports them by their full path, found from the file that names them: the
 * bundle itself lies where no `node_modules` is.
 */
export const packagesByPath: Plugin = {
  name: "packages-by-path",
  setup(build) {
    const resolving = Symbol("resolving");
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === resolving || where.kind === "entry-point") return undefined;
      const { importer, resolveDir, kind } = where;
      const resolved = await build.resolve(path, { importer, resolveDir, kind, pluginData: resolving });
      const ours =
        resolved.errors.length > 0 || resolved.external || !resolved.path.includes(`${sep}node_modules${sep}`);
      return ours ? resolved : { path: pathToFileURL(resolved.path).href, external: true };
    });
  },
};
