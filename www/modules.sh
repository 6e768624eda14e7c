#!/bin/sh
# modules.sh DIR: puts the page's modules from npm into DIR/modules, as package.json
# and package-lock.json beside this file name them, each with its licence, and
# into DIR/node_modules what bundles them.  VERSIONS says which they are; it is
# written last.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1/modules
work=$1

command -v npm >/dev/null || {
	echo 'modules.sh: npm is needed to fetch the modules of the page' >&2
	exit 69
}
[ "$(cd "$1" && pwd)" = "$here" ] ||
	cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$1"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent) >&2

# take PACKAGE FILE NAME: a file of a package under the name it gets here.
take()
{
	mkdir -p "$out/$(dirname "$1/$3")"
	grep -v '^//# sourceMappingURL=' "$work/node_modules/$1/$2" >"$out/$1/$3"
}

rm -rf "$out"
take idb LICENSE LICENSE
take idb build/index.js index.js
for types in async-iterators database-extras entry index; do
	take idb "build/$types.d.ts" "$types.d.ts"
done
take lit-html LICENSE LICENSE
take lit-html lit-html.js lit-html.js
take lit-html lit-html.d.ts lit-html.d.ts
take lit-html directive.d.ts directive.d.ts
take marked LICENSE LICENSE
take marked lib/marked.esm.js marked.js
take marked lib/marked.d.ts marked.d.ts
take node-diff3 LICENSE.md LICENSE
take node-diff3 dist/diff3.mjs diff3.js
take node-diff3 src/diff3.d.ts diff3.d.ts
take uqr LICENSE LICENSE
take uqr dist/index.mjs index.js
take uqr dist/index.d.ts index.d.ts
(cd "$work" && node -p 'const lock = require("./package-lock.json").packages;
	Object.keys(lock[""].dependencies).map((name) => {
		const { version, license } = lock[`node_modules/${name}`];
		return `${name} ${version} ${license}`;
	}).join("\n")') >"$out/VERSIONS.new"
mv "$out/VERSIONS.new" "$out/VERSIONS"
find "$out" -type f -exec touch -r "$out/VERSIONS" {} +
