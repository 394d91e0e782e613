// What yargs says of a line that it cannot read → the house's own words: what is wrong, and the line or word to type instead.

import { findNearest, suggest } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import type { Argument, Command } from "./command.ts";

export interface Usage {
  readonly commands: readonly Command<never>[];
  /** First word of two-word commands → its line in `--help`. */
  readonly groups: Readonly<Record<string, string>>;
}

/** @param message yargs' own, in English. */
export function explainUsage(message: string, typed: readonly string[], usage: Usage): KnownError {
  const chosen = findChosen(typed, usage);
  for (const { match, explain } of explanations) {
    const found = match.exec(message);
    if (found) return explain(found, chosen, usage);
  }
  return usageError(message.replaceAll(/\s*\n\s*/g, " "), seeHelp(chosen));
}

export function usageError(what: string, remedy: string, found?: string): KnownError {
  return new KnownError({ what, remedy, isRetryable: false, ...(found === undefined ? {} : { found }) });
}

/** `dags test <dag_id> [logical_date]` */
export function usageOf({ name, arguments: positionals = [] }: Command<never>): string {
  return [name, ...positionals.map(placeholder)].join(" ");
}

export function placeholder({ name, required, isList = false }: Argument): string {
  const text = isList ? `${name}..` : name;
  return required ? `<${text}>` : `[${text}]`;
}

/** As it is typed: `retryDelay` → `--retry-delay`. */
export function optionName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

interface Chosen {
  readonly command: Command<never> | undefined;
  /** Empty, or a group's word. */
  readonly group: string;
}

/** Values of options stand between the words, so a command may begin at any of them. */
function findChosen(typed: readonly string[], { commands, groups }: Usage): Chosen {
  const words = typed.filter((word) => !word.startsWith("-"));
  for (const [index, word] of words.entries()) {
    const two = words.slice(index, index + 2).join(" ");
    const command = commands.find(({ name }) => name === word || name === two);
    if (command || Object.hasOwn(groups, word)) return { command, group: Object.hasOwn(groups, word) ? word : "" };
  }
  return { command: undefined, group: "" };
}

interface Explanation {
  readonly match: RegExp;
  explain(found: RegExpExecArray, chosen: Chosen, usage: Usage): KnownError;
}

const explanations: readonly Explanation[] = [
  { match: /^Unknown commands?: (?<names>.*)$/s, explain: explainWord },
  { match: /^Unknown arguments?: (?<names>.*)$/s, explain: explainOption },
  { match: /^Not enough non-option arguments: got (?<got>\d+)/, explain: explainMissing },
  { match: /^Not enough arguments following: (?<option>.*)$/s, explain: explainNoValue },
  { match: /Argument: (?<option>\S+), Given: "(?<given>.*)", Choices: (?<choices>.*)$/s, explain: explainChoice },
];

/** Airflow 2 had them. */
const formerCommands: Readonly<Record<string, string>> = {
  "tasks run": "Airflow 3 has no such command either. To try one task: npx dagwright tasks test DAG_ID TASK_ID",
};

/** With a command before it, a word is an argument too many. */
function explainWord({ groups: found }: RegExpExecArray, { command, group }: Chosen, usage: Usage): KnownError {
  const word = found!["names"]!.split(", ")[0]!;
  if (command) return usageError("too many arguments", `Write dagwright ${usageOf(command)}`, JSON.stringify(word));
  const typed = group === "" ? word : `${group} ${word}`;
  return usageError(
    `unknown command ${JSON.stringify(typed)}`,
    formerCommands[typed] ?? suggest(word, wordsAfter(group, usage)),
  );
}

function explainOption({ groups: found }: RegExpExecArray, chosen: Chosen): KnownError {
  const name = found!["names"]!.split(", ")[0]!;
  const accepted = [...Object.keys(chosen.command?.options ?? {}).map(optionName), "--project", "--help", "--version"];
  const nearest = findNearest(`--${name}`, accepted);
  const remedy = `${nearest === undefined ? "" : `Did you mean ${nearest}? `}${seeHelp(chosen)}`;
  return usageError(`unknown option ${name.length === 1 ? "-" : "--"}${name}`, remedy);
}

function explainMissing({ groups: found }: RegExpExecArray, { command, group }: Chosen, usage: Usage): KnownError {
  if (!command) {
    return usageError(`dagwright ${group} takes a command`, `One of: ${wordsAfter(group, usage).join(", ")}`);
  }
  const required = (command.arguments ?? []).filter((argument) => argument.required);
  const missing = required.slice(Number(found!["got"])).map(({ name }) => name);
  return usageError(`missing argument ${missing.join(", ")}`, `Write dagwright ${usageOf(command)}`);
}

function explainNoValue({ groups: found }: RegExpExecArray, chosen: Chosen): KnownError {
  const name = optionName(found!["option"]!.split(", ")[0]!);
  return usageError(`${name} takes a value`, `Write ${name} VALUE. ${seeHelp(chosen)}`);
}

function explainChoice({ groups: found }: RegExpExecArray): KnownError {
  const { option, given, choices } = found as Record<"option" | "given" | "choices", string>;
  const accepted = [...choices.matchAll(/"([^"]*)"/g)].map(([, choice]) => choice!);
  return usageError(`${optionName(option)} does not know this value`, suggest(given, accepted), JSON.stringify(given));
}

function wordsAfter(group: string, { commands, groups }: Usage): string[] {
  const names = commands.map(({ name }) => name.split(" "));
  if (group !== "") return names.filter(([first]) => first === group).map(([, second]) => second!);
  return [...new Set([...names.map(([first]) => first!), ...Object.keys(groups)])];
}

function seeHelp({ command, group }: Chosen): string {
  return `See ${["dagwright", command?.name ?? group, "--help"].filter(Boolean).join(" ")}`;
}
