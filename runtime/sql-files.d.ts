// `import text from "./statement.sql"`: the build takes the file's text into the bundle.
declare module "*.sql" {
  const text: string;
  export default text;
}
