// From what was typed to the command to run, or the text to print. The one user of yargs, which is not loaded where there is nothing to
// parse: it takes longer than a lint that has nothing to do. It only parses, main.ts acts.

import type { Argv } from "yargs";
import type { Args, Command, Option } from "./command.ts";
import { explainUsage, optionName, placeholder, type Usage, usageError, usageOf } from "./explain-usage.ts";

export interface CommandSet extends Usage {
  readonly version: string;
  /** Width that help is wrapped to. */
  readonly columns: number;
}

export type CommandLine =
  | {
      readonly kind: "run";
      readonly command: Command<never>;
      readonly args: Args;
      readonly project: string | undefined;
    }
  | { readonly kind: "print"; readonly text: string };

/** @throws KnownError for a command, option or value that does not exist. */
export async function parseCommandLine(words: readonly string[], set: CommandSet): Promise<CommandLine> {
  return parsePlain(words, set.commands) ?? (await parseByYargs(words, set));
}

/** A command's name alone, or with `--project`; undefined for everything else. */
function parsePlain(words: readonly string[], commands: readonly Command<never>[]): CommandLine | undefined {
  const [name, flag, project, ...more] = words;
  const command = commands.find((candidate) => candidate.name === name);
  const hasProject = flag === "--project" && project !== undefined && !project.startsWith("-");
  if (!command || more.length > 0 || (flag !== undefined && !hasProject)) return undefined;
  const positionals = command.arguments ?? [];
  if (positionals.some(({ required }) => required)) return undefined;
  const given = positionals.map(({ name: argument, isList }) => [argument, isList ? [] : undefined]);
  const options = Object.entries(command.options ?? {}).map(([option, { default: value }]) => [option, value]);
  return { kind: "run", command, args: Object.fromEntries([...given, ...options]) as Args, project };
}

async function parseByYargs(words: readonly string[], set: CommandSet): Promise<CommandLine> {
  const typed = withoutSeparator(words);
  let chosen: CommandLine | undefined;
  const { default: yargs } = await import("yargs");
  const parser = declare(yargs(), set, (command, values) => {
    chosen = { kind: "run", command, args: checkedArgs(command, values, typed), project: values["project"] as string };
  });
  const output = await parse(parser, typed, set);
  if (output !== "") return { kind: "print", text: `${output}\n` };
  return chosen ?? { kind: "print", text: `${await parser.getHelp()}\n` };
}

/** Before a word that yargs must not take for an option; nobody types it. */
const wordMark = "\u0001";

/** What follows `--` are arguments, which yargs would give to no command, and `-` is a word, which it would lose. */
function withoutSeparator(words: readonly string[]): string[] {
  const index = words.indexOf("--");
  const [before, rest] = index === -1 ? [words, []] : [words.slice(0, index), words.slice(index + 1)];
  return [
    ...before.map((word) => (word === "-" ? `${wordMark}-` : word)),
    ...rest.map((word) => (word.startsWith("-") ? `${wordMark}${word}` : word)),
  ];
}

function withoutMark<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutMark) as Value;
  return (typeof value === "string" && value.startsWith(wordMark) ? value.slice(1) : value) as Value;
}

type OnChosen = (command: Command<never>, values: Record<string, unknown>) => void;

function declare(empty: Argv, { commands, groups, version, columns }: CommandSet, onChosen: OnChosen): Argv {
  const parser = empty
    .scriptName("dagwright")
    .locale("en")
    .usage("$0 <command>\n\nAirflow DAGs in TypeScript: lint them, build them, run them.")
    .parserConfiguration({ "greedy-arrays": false, "parse-numbers": false })
    .option("project", {
      type: "string",
      requiresArg: true,
      description: "The project's folder; else the nearest one, from here upwards",
    })
    .version(version)
    .help()
    .alias("help", "h")
    .wrap(Math.min(columns, 110))
    .exitProcess(false)
    .strictCommands()
    .strictOptions();
  for (const command of commands.filter(({ name }) => !name.includes(" "))) add(parser, command, onChosen);
  for (const [group, summary] of Object.entries(groups)) {
    parser.command(group, summary, (inner) => {
      for (const command of commands.filter(({ name }) => name.startsWith(`${group} `))) add(inner, command, onChosen);
      return inner.usage(`$0 ${group} <command>\n\n${summary}`).strictCommands().demandCommand(1);
    });
  }
  return parser;
}

function add(parser: Argv, command: Command<never>, onChosen: OnChosen): void {
  const word = command.name.split(" ").at(-1)!;
  const positionals = command.arguments ?? [];
  parser.command(
    [word, ...positionals.map(placeholder)].join(" "),
    command.summary,
    (inner) => {
      for (const { name, description } of positionals) inner.positional(name, { type: "string", description });
      for (const [name, option] of Object.entries(command.options ?? {}))
        inner.option(optionName(name).slice(2), toYargsOption(option));
      for (const example of command.examples ?? []) inner.example(example.command, example.description);
      return inner.usage(`$0 ${usageOf(command)}\n\n${command.summary}`);
    },
    (values) => onChosen(command, values),
  );
}

function toYargsOption({ type, description, alias, choices, array, default: value }: Option) {
  return {
    description,
    // A number comes as text, so that "1x" can be quoted back.
    ...(type === "number" ? {} : { type }),
    ...(type === "boolean" ? {} : { requiresArg: true, nargs: 1 }),
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
    ...(array === undefined ? {} : { array }),
    ...(value === undefined ? {} : { default: value }),
  };
}

/** @returns what yargs wants to be shown: help, version, or nothing. */
function parse(parser: Argv, typed: readonly string[], set: CommandSet): Promise<string> {
  const explain = (message: string) => explainUsage(message.replaceAll(wordMark, ""), typed.map(withoutMark), set);
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined | null, _values: unknown, output: string) => {
      if (!error) resolve(output);
      else reject(error.name === "KnownError" ? error : explain(error.message));
    };
    // The callback has told of a rejection already.
    Promise.resolve(parser.parse([...typed], {}, done)).catch(reject);
  });
}

function checkedArgs(
  { options = {}, arguments: positionals = [] }: Command<never>,
  values: Record<string, unknown>,
  typed: readonly string[],
) {
  const args: Record<string, Args[string]> = {};
  for (const { name } of positionals) args[name] = withoutMark(values[name]) as Args[string];
  for (const [name, option] of Object.entries(options)) {
    const given = withoutMark(values[name]) as Args[string];
    // Given twice, the last one counts: the user appended it to a line that had one.
    const value = Array.isArray(given) && !option.array ? (given.at(-1) as string) : given;
    args[name] = option.type === "number" && value !== undefined ? toNumber(optionName(name), value) : value;
    if (option.type === "boolean") refuseValue(optionName(name), typed);
  }
  return args;
}

/** `--check=yes` would be false without a word. */
function refuseValue(name: string, typed: readonly string[]): void {
  const found = typed.find((word) => word.startsWith(`${name}=`) && !/=(true|false)$/.test(word));
  if (found !== undefined) throw usageError(`${name} takes no value`, `Write ${name}`, JSON.stringify(found));
}

function toNumber(name: string, value: unknown): number {
  const number = String(value).trim() === "" ? Number.NaN : Number(value);
  // What Airflow's database holds, and every column of the store.
  if (Math.abs(number) < 2 ** 31) return number;
  throw usageError(`${name} takes a number`, `Write ${name} 10`, JSON.stringify(value));
}
