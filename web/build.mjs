// Builds the scripts and style sheets of the pages (no argument), or the unit tests (`tests`).
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname.replace(/^\/([A-Za-z]:)/, "$1");
const common = { absWorkingDir: decodeURI(here), bundle: true, charset: "utf8", logLevel: "warning" };

if (process.argv[2] === "tests") {
  const tests = readdirSync(new URL("test", import.meta.url)).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: "node_modules/.tests",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
  });
} else {
  await build({
    ...common,
    entryPoints: { timeline: "src/main.ts" },
    outdir: "../scheduler/web/static/built",
    format: "esm",
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    minify: true,
  });
}
