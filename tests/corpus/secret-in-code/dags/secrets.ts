import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
const dag = new Dag("secrets", shared);
dag.bash("aws", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE aws s3 ls"); // expect secret-in-code
dag.bash("uri", "psql postgres://films:s3cret-w0rd@db/films -c 'select 1'"); // expect secret-in-code
const password = "Tr0ub4dor&3-horse"; // expect secret-in-code
const options = { apiKey: "8f14e45fceea167a5a36dedd4bea2543" }; // expect secret-in-code
dag.task("use", () => [password, options])();
const passwordVariable = "warehouse_password";
const tokenHelp = { token: "see the team's page on tokens, section 4" };
const uriWithHole = (word: string) => `postgres://films:${word}@db/films`;
dag.task("sound", () => [passwordVariable, tokenHelp, uriWithHole("x"), "https://example.org:8080/a@b"])();
