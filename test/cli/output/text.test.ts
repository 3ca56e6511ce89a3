import { describe, expect, test } from "vitest";
import { commandName } from "../../../cli/command-name.ts";
import { wantsColor } from "../../../cli/output/colors.ts";
import { usageError } from "../../../cli/output/errors.ts";
import { clock, counted, duration, oneLine, short } from "../../../cli/output/numbers.ts";
import { cut, textWidth } from "../../../cli/output/text-width.ts";
import { trialPage } from "../../../cli/output/trial-page.ts";
import { shellWord } from "../../../cli/shell-word.ts";
import { csvColumns, csvHeader, csvRow } from "../../../lib/study/csv.ts";
import type { Trial } from "../../../lib/study/records.ts";
import { type TrialView, trialView } from "../../../lib/study/views.ts";
import { specWith } from "../../lib/study/file-builder.ts";
import { aTrial } from "../../lib/study/records-builder.ts";

describe("numbers", () => {
  test.each([
    [0, "0"],
    [12, "12"],
    [123456789, "123456789"],
    [12345678901, "1.23e+10"],
    [0.1 + 0.2, "0.3"],
    [0.9999999999999987, "1"],
    [1234.5678, "1235"],
    [0.00012345, "1.23e-4"],
    [-6.125703276659374e-8, "-6.13e-8"],
    [123456.7, "1.23e+5"],
    [null, "–"],
    [undefined, "–"],
    [true, "true"],
    ["adam", "adam"],
    ["two\nlines\u001b[31m", "two lines"],
  ])("%j is shown as %j", (value, text) => {
    expect(short(value)).toBe(text);
  });

  test.each([
    [0.04, "0.0 s", "0.0 s"],
    [9.96, "10 s", "10.0 s"],
    [75, "1 min 15 s", "1:15"],
    [3599.6, "1 h 0 min", "1:00:00"],
    [7261, "2 h 1 min", "2:01:01"],
  ])("%d seconds are %j, in a column %j", (seconds, words, column) => {
    expect([duration(seconds), clock(seconds)]).toEqual([words, column]);
  });

  test("one of a thing and many", () => {
    expect([counted(1, "trial"), counted(0, "trial")]).toEqual(["1 trial", "0 trials"]);
  });
});

test("a trial is shown with what it measured, a line a step", () => {
  const trial = trialView(aTrial({ number: 3, state: "SUCCEEDED", metrics: { error: 0.5 } }));
  const measurements = [
    { step: 1, metrics: { error: 0.75 } },
    { step: 10, metrics: { error: null, "lo\nss": 2 } },
  ];
  const lines = trialPage({ ...trial, measurements }, specWith({})).split("\n");
  expect(lines[0]).toContain("SUCCEEDED: error=0.5");
  expect(lines.slice(-3)).toEqual(["step  error  lo ss", "   1   0.75      –", "  10      –      2"]);
  expect(trialPage(trial, specWith({}))).toContain("told of no measurements");
  expect(trialPage({ ...trial, runner: "large" }, specWith({}))).toContain("the last on large, for want of memory");
});

describe("text", () => {
  test("is cut to the columns it takes, colours aside", () => {
    expect(cut("\u001b[32mabcdef\u001b[39m", 4)).toBe("\u001b[32mabc…\u001b[39m");
    expect(cut("abcd", 4)).toBe("abcd");
    expect(cut("日本語", 4)).toBe("日…");
    expect([textWidth("日本語"), textWidth("é"), textWidth("\u001b[1mx\u001b[22m")]).toEqual([6, 1, 1]);
  });

  test("is cut by letters, not by halves of them", () => {
    expect(oneLine("😀😀😀", 2)).toBe("😀…");
  });

  test.each([
    ["study.yaml", "study.yaml"],
    ["my study.yaml", "'my study.yaml'"],
    ["it's", "'it'\\''s'"],
    ["ü", "'ü'"],
    ["", "''"],
  ])("%j is pasted into a shell as %j", (word, quoted) => {
    expect(shellWord(word)).toBe(quoted);
  });

  test.each([
    ["/usr/local/bin/pegbox", "pegbox"],
    ["/home/a/project/node_modules/.bin/pegbox", "npx pegbox"],
    ["C:/npm/node_modules/pegbox/bin/pegbox.js", "pegbox"],
    ["/home/a/pegbox/bin/pegbox.js", "node ../pegbox/bin/pegbox.js"],
    ["/home/a/peg box/bin/pegbox.js", "node '../peg box/bin/pegbox.js'"],
  ])("a command started as %j is called %j", (script, name) => {
    expect(commandName(script, "/home/a/project")).toBe(name);
  });

  test.each<[terminal: boolean, env: NodeJS.ProcessEnv, colored: boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: "dumb" }, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [false, { FORCE_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [false, { CI: "true" }, false],
  ])("colours: terminal %j with %j: %j", (terminal, env, colored) => {
    expect(wantsColor(terminal, env)).toBe(colored);
  });

  test("what commander says becomes a message and a hint", () => {
    expect(usageError("error: unknown command 'rnu'\n(Did you mean run?)")).toMatchObject({
      code: "INVALID_INPUT",
      message: "unknown command 'rnu'",
      hint: "did you mean run?",
    });
    expect(usageError("error: missing required argument 'file'").hint).toContain("--help");
  });
});

describe("comma-separated values", () => {
  const viewOf = (more: Partial<Trial>): TrialView => trialView(aTrial(more));
  const spec = specWith({ parameters: { c: { type: "categorical", values: ['say "a,b"', "two\r\nlines", null] } } });

  test("quote what RFC 4180 wants quoted, and leave out what is not there", () => {
    const columns = csvColumns(spec, { metrics: ["seconds", "error"], standardErrors: [] });
    expect(csvHeader(columns)).toBe("trial,state,feasible,p.c,m.error,m.seconds,attempts,reason,startedAt,endedAt");
    expect(csvRow(viewOf({ parameters: { c: 'say "a,b"' }, startedAt: 0, endedAt: 1500 }), columns)).toBe(
      '1,SUCCEEDED,true,"say ""a,b""",0.1,,1,,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z',
    );
    expect(
      csvRow(viewOf({ parameters: { c: "two\r\nlines" }, metrics: { error: null, seconds: 1e-7 } }), columns),
    ).toBe('1,SUCCEEDED,true,"two\r\nlines",,1e-7,1,,,');
    const measured = csvColumns(spec, { metrics: [], standardErrors: ["error"] });
    expect(csvHeader(measured)).toContain(",m.error,se.error,attempts,");
    expect(csvRow(viewOf({ standardErrors: { error: 0.004 } }), measured)).toContain(",0.1,0.004,1,");
    const failed = viewOf({ state: "FAILED", feasible: null, metrics: null, reason: { code: "EXIT", message: "a,b" } });
    expect(csvRow({ ...failed, parameters: { c: null } }, columns)).toBe("1,FAILED,,,,,1,EXIT,,");
  });
});
