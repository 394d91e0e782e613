// expect-file import-error
for (;;);
