#!/bin/sh
# Chromium without the pages of its own that it loads beside each new window,
# for what its address bar might show: each costs more than most of ours.  Of
# two lists of what is off it heeds the last, so these join Playwright's.

for word; do
	case $word in
	--disable-features=*)
		word=$word,WebUIOmniboxPopup,WebUIOmniboxAimPopup ;;
	esac
	shift
	set -- "$@" "$word"
done
exec "${CHROMIUM:-/usr/bin/chromium}" "$@"
