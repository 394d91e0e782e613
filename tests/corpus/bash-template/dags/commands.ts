import { Dag } from "dagwright";

const dag = new Dag("commands", { tags: ["t"], defaultArgs: { retries: 2 } });
const script = "run.sh";

dag.bash("jinja", "echo {{ ds }}"); // expect bash-template
dag.bash("array_length", "echo ${#files[@]}"); // expect bash-template
dag.bash("block", "echo {% if %}"); // expect bash-template
dag.bash("file", "./run.sh"); // expect bash-template
dag.bash(
  "behind_a_name",
  script, // expect bash-template
);
dag.bash(
  "bash_file",
  "./run.bash", // expect bash-template
);
dag.bash("carriage_return", "echo one\r\necho two"); // expect bash-template
dag.bash("made_by_bash", "printf $'a\\rb\\n'");
dag.bash("with_argument", "/opt/jobs/run.sh --all");
dag.bash("quotes_between", "echo '{''{ ds }}'");
dag.bash("counted", 'set -- "${files[@]}"; echo $#');
dag.bash("variable", 'echo "${HOME}" { a; }');
