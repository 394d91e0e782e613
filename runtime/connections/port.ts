// A port that somebody wrote as a text: in a DAG file, or in an Airflow variable.

export function isPort(text: string): boolean {
  return /^\s*\d{1,5}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
