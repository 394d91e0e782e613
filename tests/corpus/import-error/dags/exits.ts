// expect-file import-error
process.exit(0);
