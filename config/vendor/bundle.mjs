// Writes the browser's third-party code, one module a library, into the static files, and the
// loader of the widget: a site's tag asks for one small file.
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = `${here}../static/vendor`;

await mkdir(out, { recursive: true });
await build({
  entryPoints: [`${here}lit.js`],
  outfile: `${out}/lit.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: ["production"],
  legalComments: "eof",
});
await copyFile(`${here}lit.js`, `${out}/lit.d.ts`);
await build({
  entryPoints: [`${here}../../talk/static/widget/loader.js`],
  outfile: `${out}/widget.js`,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
});
