# Replaces the tables of the arguments in $TARGET by those of $SOURCE, with psql alone.
set -eu

list=
for table in "$@"; do list="$list${list:+, }$table"; done
psql -X -q -v ON_ERROR_STOP=1 -c "TRUNCATE $list" "$TARGET"

for table in "$@"; do
  psql -X -q -v ON_ERROR_STOP=1 -c "COPY $table TO STDOUT" "$SOURCE" |
    PGOPTIONS="-c session_replication_role=replica" psql -X -q -v ON_ERROR_STOP=1 -c "COPY $table FROM STDIN" "$TARGET"
done
