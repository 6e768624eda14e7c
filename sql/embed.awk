# Makes a C source of the steps in sql/: awk -f embed.awk NNNN_name.sql ...
# The steps must be numbered 1, 2, 3 ... and come in that order.

function fail(what) {
	print FILENAME ": " what >"/dev/stderr"
	failed = 1
	exit 1
}

FNR == 1 {
	base = FILENAME
	sub(/.*\//, "", base)
	if (base !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/)
		fail("a step is named NNNN_name.sql")
	if (substr(base, 1, 4) + 0 != ++steps)
		fail("step " steps " is missing")
	name = substr(base, 6)
	sub(/\.sql$/, "", name)
	if (steps == 1) {
		print "/* Made from sql/ by sql/embed.awk; do not edit. */"
		print "#include \"store/sqlite/schema.h\""
		print ""
		print "const struct schema_step schema_steps[] = {"
	} else
		print "\t},"
	print "\t{"
	printf "\t\t.version = %d,\n\t\t.name = \"%s\",\n\t\t.sql =\n", \
	    steps, name
	printf "\t\t    \"\"\n"
}

{
	gsub(/\\/, "\\\\&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	printf "\t\t    \"%s\\n\"\n", $0
}

END {
	if (failed || steps == 0)
		exit 1
	print "\t},"
	print "};"
	print "const size_t schema_steps_n ="
	print "    sizeof(schema_steps) / sizeof(schema_steps[0]);"
}
