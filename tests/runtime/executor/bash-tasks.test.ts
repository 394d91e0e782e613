// Bash tasks end as BashOperator's do: exit codes, and the last merged line as the XCom.

import { describe, expect, it } from "vitest";
import { runBash, startBash } from "../../support/attempt.ts";

describe("the exit code decides", () => {
  it.each([
    ["true", "success", null, false],
    ["exit 99", "skipped", "exit code 99", false],
    ["exit 98", "failed", "the command ended with exit code 98", true],
    ["exit 1", "failed", "the command ended with exit code 1", true],
    ["exit 127", "failed", "the command ended with exit code 127", true],
    ["no-such-program", "failed", "the command ended with exit code 127", true],
    ["kill -TERM $$", "failed", "the command ended with SIGTERM", true],
    [
      "kill -KILL $$",
      "failed",
      "the command ended with SIGKILL: by hand, or because the machine ran out of memory",
      true,
    ],
  ] as const)("%s: %s", async (command, outcome, error, isRetryable) => {
    expect(await runBash(command)).toMatchObject({ outcome, error, isRetryable });
  });
});

describe("the last line of the merged output is the XCom", () => {
  it.each([
    ["printf 'first\\nlast\\n'", "last"],
    ["printf 'no line end'", "no line end"],
    ["printf 'text\\n\\n'", ""],
    ["true", ""],
    ["printf '\\n'", ""],
    ["echo out; echo error >&2", "error"],
    ["printf '  spaces  \\t\\r\\n'", "  spaces"],
    ["echo 'ünïcödé 😀'", "ünïcödé 😀"],
    ["printf 'not \\377\\376 UTF-8: \\303\\274\\n'", "not \\xff\\xfe UTF-8: ü"],
    ["seq 200000", "200000"],
    ["exit 99", null],
    ["echo text; exit 1", null],
  ])("%s", async (command, returnValue) => {
    expect((await runBash(command)).returnValue).toBe(returnValue);
  });
});

it("the log has everything that was printed, in its order", async () => {
  const { log } = await runBash("echo 1; echo 2 >&2; (echo 3); bash -c 'echo 4'");
  expect(log).toBe("1\n2\n3\n4\n");
});

it("a task runs in a fresh folder, reads nothing from the terminal, and knows who it is", async () => {
  const { log } = await runBash(
    "ls -A; pwd; cat; echo $AIRFLOW_CTX_DAG_ID $AIRFLOW_CTX_TASK_ID $AIRFLOW_CTX_TRY_NUMBER $AIRFLOW_CTX_DAG_OWNER; ls -l /proc/$$/fd",
  );
  const [folder, who, ...descriptors] = log.trim().split("\n");
  expect(folder).toMatch(/attempt$/);
  expect(who).toBe("made bash_task 1 airflow");
  // The wrapper's lifeline is a socket: it is not handed on.
  expect(descriptors.join("\n")).toContain("/dev/null");
  expect(descriptors.join("\n")).not.toContain("socket:");
});

describe("what can never work fails at once, with one sentence in the log", () => {
  it("no bash", async () => {
    const attempt = startBash("true", {}, { PATH: "/nowhere" });
    expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: false });
    expect(attempt.log()).toBe(
      "error: bash was not found (DAG made, task bash_task): PATH /nowhere. Install bash, or correct the PATH\n",
    );
  });

  it("a command that is too long for the operating system", async () => {
    const attempt = startBash(`# ${"x".repeat(200_000)}`);
    expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: false });
    expect(attempt.log()).toBe(
      "error: the task's process cannot be started (DAG made, task bash_task): spawn E2BIG. Shorten the bash command, or move it into a file\n",
    );
  });
});
